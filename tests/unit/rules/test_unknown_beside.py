"""What could not be evaluated stays visible beside a breach or a reading of something else."""

from dataclasses import replace
from typing import Any

import pytest

from risk_manager.domain.ids import ContractId
from tests.support.grace import grace, stop
from tests.support.limits import caps
from tests.support.make import NOW, cid, ny, position
from tests.support.sessions import DAY, OVERNIGHT, hours
from tests.support.stage import Stage, rule
from tests.support.stops import breakeven

ODD = ContractId("CON.F.US.XYZ.H26")
NO_PRICE = f"no price of {cid('MNQ')} yet"
NO_SYMBOL = f"the symbol of {ODD} is unknown"


def blocks(*symbols, **keys):
    """RULE-011 with this list."""
    return rule("symbol_blocks", blocked_symbols=symbols, **keys)


def priced_and_not(one, price):
    """MNQ without a price beside ES, which is bought at 5800 and stands at `price`."""
    stage = Stage(one)
    stage.restored([position("MNQ", 1, average="21000"), position("ES", 1, average="5800")])
    return stage, stage.quote("ES", price)


@pytest.mark.parametrize(
    ("section", "keys", "price", "value"),
    [
        ("daily_unrealized_loss", {"limit": -300}, "5794", "ES -300.00"),
        ("max_unrealized_profit", {"limit": 1000}, "5820", "ES 1,000.00"),
    ],
)
def test_a_position_without_a_price_beside_one_that_is_closed(section, keys, price, value):
    stage, wanted = priced_and_not(rule(section, scope="per_position", **keys), price)
    assert wanted == ["close ES"]
    assert stage.status(stage.judge.rules[0].rule_id) == (value, NO_PRICE)


def test_a_position_without_a_price_beside_an_armed_one_that_is_given_back():
    keys: Any = {"mode": "breakeven", "scope": "per_position", "breakeven_arm_profit": 100}
    stage, wanted = priced_and_not(rule("max_unrealized_profit", **keys), "5802")
    assert (wanted, stage.status("RULE-005")) == ([], (None, NO_PRICE))
    assert stage.quote("ES", "5800") == ["close ES"]
    assert stage.status("RULE-005") == ("ES 0.00 armed", NO_PRICE)


def test_a_position_without_a_price_beside_one_whose_stop_does_not_move_yet():
    stage, wanted = priced_and_not(breakeven(), "5800.25")
    assert wanted == []
    assert stage.status("RULE-012") == ("MNQ UNKNOWN, ES 1.0 ticks", NO_PRICE)
    assert stage.quote("MNQ", "21000") == []
    assert stage.status("RULE-012") == ("MNQ 0.0 ticks, ES 1.0 ticks", None)


def strange_beside(one, name, size, **stage_keys):
    """A contract that nobody can name, beside `size` of one that has a name."""
    stage = Stage(one, **stage_keys)
    strange = replace(position("MNQ", 1), contract_id=ODD)
    return stage, stage.restored([strange, position(name, size)])


def test_a_contract_without_a_symbol_beside_a_symbol_above_its_cap():
    stage, wanted = strange_beside(caps(MNQ=2), "MNQ", 3)
    assert (wanted, stage.status("RULE-002")) == (["MNQ to 2"], ("MNQ 3", NO_SYMBOL))


def test_a_contract_without_a_symbol_beside_one_that_is_blocked():
    stage, wanted = strange_beside(blocks("ES"), "ES", 1)
    assert wanted == ["lock 011 ES until -", "close ES"]
    assert stage.status("RULE-011") == ("held: ES", NO_SYMBOL)


def test_a_contract_without_a_symbol_beside_one_whose_session_is_over():
    one = hours(DAY, {"ES": OVERNIGHT})
    stage, wanted = strange_beside(one, "MNQ", 1, now=ny("2026-03-11 20:00"))
    assert "close MNQ" in wanted
    assert stage.status("RULE-009") == ("closed: MNQ", f"symbol of {ODD} is not known yet")


def test_a_stop_that_cannot_be_judged_beside_a_position_that_never_had_one():
    stage = Stage(grace())
    rows = [position(name, 1, opened=NOW, average="21000") for name in ("MNQ", "ES")]
    unsure = stop(-1, "21010")  # good only while the price is above it
    stage.restored(rows, [unsure])
    stage.wait(31)
    assert stage.restored(rows, [unsure]) == ["close ES"]
    value, cause = stage.status("RULE-008")
    assert value == "MNQ 0 of 1 covered, ES 0 of 1 covered"
    assert str(cause).startswith("no price of MNQ to judge its stop by")
