"""MOD-007: contract data, roots and fetch retries (S09, S33, S137)."""

import json
from decimal import Decimal
from importlib.resources import files

import pytest

from risk_manager.domain.contracts import Contract
from risk_manager.domain.ids import ContractId
from risk_manager.domain.symbols import TICKER_BY_CODE
from risk_manager.domain.unknown import Unknown
from risk_manager.state.contract_cache import CODES_THAT_ARE_TICKERS, ContractCache

EP = ContractId("CON.F.US.EP.H26")
NEW = ContractId("CON.F.US.XYZ.H26")


def contract(contract_id=EP, root="ES", tick_size="0.25"):
    return Contract(contract_id, f"{root}H6", root, Decimal(tick_size), Decimal("12.5"))


def test_a_contract_is_unknown_until_it_is_loaded():
    cache = ContractCache()
    assert isinstance(cache.get(EP), Unknown)
    cache.put(contract())
    assert cache.get(EP) == contract()
    assert ContractCache([contract()]).get(EP) == contract()


@pytest.mark.parametrize(
    ("contract_id", "root"),
    [
        ("CON.F.US.EP.H26", "ES"),
        ("CON.F.US.ENQ.Z25", "NQ"),
        ("con.f.us.eu6.U26", "6E"),
        ("CON.F.US.MNQ.Z25", "MNQ"),
        ("MNQZ5", "MNQZ5"),
        ("CON.F.US", "CON.F.US"),
    ],
)
def test_a_known_code_gives_the_root_before_the_contract_is_loaded(contract_id, root):
    assert ContractCache().root_of(ContractId(contract_id)) == root


def test_an_unresolved_root_is_not_an_unlisted_one():
    cache = ContractCache()
    assert isinstance(cache.root_of(NEW), Unknown)
    cache.put(contract(NEW, "XY"))
    assert cache.root_of(NEW) == "XY"


def test_the_codes_are_those_of_the_packaged_product_list():
    text = files("risk_manager").joinpath("data/contracts.json").read_text(encoding="utf-8")
    tickers = {row["root"]: row["exchangeSymbol"] for row in json.loads(text)["products"]}
    same = {code for code, ticker in tickers.items() if code == ticker}
    assert same == CODES_THAT_ARE_TICKERS
    assert {code: tickers[code] for code in tickers.keys() - same} == TICKER_BY_CODE


def test_fetches_are_repeated_with_growing_waits_until_one_answers():
    cache = ContractCache()
    assert cache.next_due() is None
    cache.note_needed(EP)
    mono = 100.0
    for failures, wait in enumerate([1, 2, 5, 10, 30, 30, 30], start=1):
        assert cache.next_due() is not None
        assert cache.due_fetches(mono) == (EP,)
        assert cache.due_fetches(mono + 1000) == (), "one request at a time"
        cache.note_needed(EP)
        assert cache.next_due() is None
        assert cache.note_failed(EP, mono) == failures
        assert cache.next_due() == mono + wait
        assert cache.due_fetches(mono + wait - 0.001) == ()
        mono += wait
    assert isinstance(cache.get(EP), Unknown), "a failure is never an answer"
    assert cache.missing() == {EP}
    cache.put(contract())
    assert cache.missing() == frozenset()
    cache.note_needed(EP)
    assert cache.note_failed(EP, mono) == 0
    assert cache.due_fetches(mono + 1000) == ()


@pytest.mark.parametrize("tick", ["0", "-0.25"])
def test_a_contract_without_a_usable_tick_is_refused(tick):
    cache = ContractCache()
    with pytest.raises(ValueError, match="tick"):
        cache.put(contract(tick_size=tick))
    assert isinstance(cache.get(EP), Unknown)
