"""RULE-002 MaxContractsPerInstrument: caps per symbol, and symbols that are not listed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.contracts import Contract
from risk_manager.domain.events import OrderChanged, PositionChanged
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import OrderStatus
from risk_manager.rules.max_contracts_per_instrument import MaxContractsPerInstrument
from tests.support.make import OTHER, cid, contract, order, position
from tests.support.stage import Stage, found_open, market, rule


def capped(caps=None, others="block", **keys):
    """The rule with these caps; MNQ 2, ES 1, NQ 1 as in the example file."""
    limits = {"MNQ": 2, "ES": 1, "NQ": 1} if caps is None else caps
    return rule(
        MaxContractsPerInstrument.section, limits=limits, unknown_symbol_action=others, **keys
    )  # fmt: skip


CLOSE_ALL = {"enforcement": "close_all"}
ROWS = [
    (capped(), {"MNQ": 1}, []),
    (capped(), {"MNQ": 2}, []),
    (capped(), {"MNQ": 3}, ["MNQ to 2"]),
    (capped(), {"MNQ": -3}, ["MNQ to 2"]),
    (capped(), {"RTY": 1}, ["close RTY"]),
    (capped(), {"RTY": 1, "MNQ": 1}, ["close RTY"]),
    (capped(others="allow_with_limit:1"), {"RTY": 1}, []),
    (capped(others="allow_with_limit:1"), {"RTY": 2}, ["RTY to 1"]),
    (capped(others="allow_unlimited"), {"RTY": 40}, []),
    (capped(), {"MNQ": 2, "ES": 2}, ["ES to 1"]),
    (capped({"MNQ": 2}), {"MNQ Z25": 1, "MNQ": 2}, ["MNQ to 1"]),
    (capped({"MNQ": 2}), {"MNQ": 1, "MNQ Z25": 2}, ["MNQ Z25 to 1"]),
    (capped({"MNQ": 1}), {"MNQ": 2, "MNQ Z25": 2}, ["MNQ to 1", "close MNQ Z25"]),
    (capped({"MNQ": 3}), {"MNQ": 2, "MNQ Z25": -2}, ["MNQ Z25 to 1"]),
    (capped({"NQ": 1}, "allow_unlimited"), {"MNQ": 2}, []),
    (capped({"NQ": 1, "MNQ": 2}), {"MNQ": 2}, []),
    (capped(**CLOSE_ALL), {"MNQ": 2}, []),
    (capped(**CLOSE_ALL), {"MNQ": 3, "ES": 1}, ["close MNQ"]),
    (capped({"MNQ": 2}, **CLOSE_ALL), {"MNQ Z25": 1, "MNQ": 2}, ["close MNQ", "close MNQ Z25"]),
    (capped({"EP": 1}), {"ES": 2}, ["ES to 1"]),
    (capped({"mnq": 2}), {"MNQ": 3}, ["MNQ to 2"]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "held", "wanted"), ROWS)
def test_every_worked_row(one, held, wanted):
    assert found_open(one, held) == wanted


def test_s07_s08_a_fill_in_a_symbol_that_is_not_listed():
    stage = Stage(capped({"MNQ": 2}))
    assert stage.restored() == []
    assert stage.status("RULE-002") == ("flat", None)
    assert stage.fill("MNQ", 1) == []
    assert stage.status("RULE-002") == ("MNQ 1", None)
    assert stage.fill("RTY", 1) == ["close RTY"]
    stage = Stage(capped({"MNQ": 2}, "allow_with_limit:1"))
    assert [stage.fill("RTY", 1), stage.fill("RTY", 1)] == [[], ["RTY to 1"]]


def test_s09_a_code_in_the_id_means_its_ticker_even_before_the_contract_is_loaded():
    stage = Stage(capped({"ES": 1}), known=[])
    assert stage.restored([position("ES", 2)]) == ["ES to 1"]


def test_s137_a_symbol_that_is_not_resolved_is_not_the_same_as_not_listed():
    stage = Stage(capped({"MNQ": 2}), known=[])
    odd = ContractId("CON.F.US.XYZ.H26")
    assert stage.restored([position("XYZ", 1)]) == []
    assert stage.status("RULE-002") == (None, f"the symbol of {odd} is unknown")
    known = contract("MNQ")
    stage.market.contracts.put(
        Contract(odd, "MNQH6", "MNQ", known.tick_size, known.tick_value)
    )  # fmt: skip
    assert stage.restored([position("XYZ", 1)]) == []
    assert stage.status("RULE-002") == ("MNQ 1", None)


def test_what_is_resolved_is_enforced_beside_what_is_not():
    stage = Stage(capped({"MNQ": 2}), known=[])
    assert stage.restored([position("XYZ", 1), position("MNQ", 3)]) == ["MNQ to 2"]


def test_s138_four_orders_of_one_in_a_moment_end_at_the_limit():
    stage = Stage(capped({"MNQ": 2}))
    wanted = []
    for _ in range(4):
        wanted += stage.fill("MNQ", 1)
        stage.flying = {cid("MNQ"): 2} if wanted else {}
        stage.wait(0.05)
    assert wanted == ["MNQ to 2"]
    stage.flying.clear()
    assert stage.restored([position("MNQ", 4)]) == ["MNQ to 2"]
    assert stage.restored([position("MNQ", 2)]) == []


def test_s211_a_fill_during_a_reduction_is_closed_after_the_look():
    stage = Stage(capped({"MNQ": 2}))
    assert stage.fill("MNQ", 3) == ["MNQ to 2"]
    stage.flying = {cid("MNQ"): 2}
    assert stage.fill("MNQ", 1) == []
    stage.flying.clear()
    assert stage.restored([position("MNQ", 3)]) == ["MNQ to 2"]


@pytest.mark.parametrize(
    ("others", "name", "size", "wanted"),
    [
        ("block", "MES", 1, ["cancel MES"]),
        ("block", "MNQ", 5, []),
        ("allow_with_limit:1", "MES", 5, []),
        ("allow_unlimited", "MES", 5, []),
        ("block", "XYZ", 1, []),
    ],
)
def test_s198_a_resting_entry_of_a_blocked_symbol_never_fills(others, name, size, wanted):
    stage = Stage(capped({"MNQ": 2}, others))
    assert stage.hear(OrderChanged(order(name, size))) == wanted
    assert stage.restored(orders=[order(name, size)]) == wanted


def test_an_order_that_is_over_or_an_exit_or_a_child_is_not_cancelled():
    stage = Stage(capped({"MNQ": 2}))
    done = order("MES", 1, status=OrderStatus.CANCELLED)
    assert stage.hear(OrderChanged(done)) == []
    assert stage.restored([position("MES", 1)], [order("MES", -1)]) == ["close MES"]
    assert stage.view.entry_orders() == []
    stage = Stage(capped({"MNQ": 2}))
    parent, child = order("MES", 1, number=7), order("MES", -1, number=8, parent=7)
    assert stage.restored(orders=[parent, child]) == ["cancel MES"]
    assert [item.id for item in stage.view.entry_orders()] == [7]


def test_a_blocked_symbol_with_a_position_is_closed_with_its_entries():
    stage = Stage(capped({"MNQ": 2}))
    assert stage.restored([position("MES", 1)], [order("MES", 1)]) == ["close MES"]


def test_found_at_start_repeated_and_per_account():
    shared = market()
    one = Stage(capped(), shared=shared)
    other = Stage(capped(), shared=shared, account=OTHER)
    held = [position("MNQ", 3)]
    assert one.restored(held) == one.restored(held) == ["MNQ to 2"]
    assert other.fill("MNQ", 2) == []
    one.flying = {cid("MNQ"): 2}
    assert one.restored(held) == []
    assert other.hear(PositionChanged(position("MNQ", 3, account=OTHER))) == ["MNQ to 2"]


held_sizes = st.dictionaries(
    st.sampled_from(["MNQ", "MNQ Z25", "ES", "RTY"]), st.integers(-9, 9).filter(bool)
)


@given(held_sizes, st.integers(1, 5), st.integers(1, 3))
def test_the_excess_goes_to_the_contract_and_a_tighter_cap_never_allows_more(held, cap, lower_by):
    def closed(limit):
        left = {name: abs(size) for name, size in held.items()}
        for said in found_open(capped({"MNQ": limit, "ES": limit}, "allow_unlimited"), held):
            name = said.removeprefix("close ").split(" to ")[0]
            target = 0 if said.startswith("close ") else int(said.split()[-1])
            assert 0 <= target < left[name]
            left[name] = target
        return sum(abs(size) for size in held.values()) - sum(left.values()), left

    by_root = {"MNQ": 0, "ES": 0}
    for name, size in held.items():
        root = name.split()[0]
        if root in by_root:
            by_root[root] += abs(size)
    total, left = closed(cap)
    assert total == sum(max(count - cap, 0) for count in by_root.values())
    assert left.get("RTY", 0) == abs(held.get("RTY", 0))
    assert closed(cap + lower_by)[0] <= total
