"""RULE-005 in mode breakeven: arming, giving back, and what ends the armed state (S35, S91)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.decisions import Breach
from risk_manager.domain.events import PositionChanged, TimerFired
from risk_manager.domain.ids import RuleId
from risk_manager.rules.max_unrealized_profit import ARMED, MaxUnrealizedProfit
from risk_manager.state.writes import PutMemory
from tests.support.make import ACCOUNT, NOW, position
from tests.support.stage import Stage, rule

KEY = (RuleId("RULE-005"), ARMED)
LINE = f"CON.F.US.MNQ.H26 buy {NOW.isoformat()}"
CLOSED = ["close MNQ"]


def breakeven(arm="100", **keys):
    """The rule that protects a gain of `arm` USD."""
    keys = {"mode": "breakeven", "scope": "per_position", **keys}
    return rule(MaxUnrealizedProfit.section, breakeven_arm_profit=Decimal(arm), **keys)


def holding(size=1, one=None):
    """MNQ open at 21000: one point is 2 USD for each contract."""
    stage = Stage(one or breakeven())
    stage.restored([position("MNQ", size, number=70)])
    return stage


def at(stage, *usd, size=1):
    """What prices at which the position shows these open P&Ls want, one after the other."""
    return [stage.quote("MNQ", str(21000 + Decimal(pnl) / 2 / size)) for pnl in usd]


@pytest.mark.parametrize(
    ("pnls", "closes_at"),
    [
        (["99.50", "0"], None),
        (["100", "20", "0.50"], None),
        (["100", "20", "0"], 2),
        (["100.50", "-5"], 1),
        (["-50", "0", "50", "0", "-80"], None),
        (["100", "300", "150", "0"], 3),
    ],
)
def test_s35_armed_at_the_profit_and_closed_where_it_is_given_back(pnls, closes_at):
    said = at(holding(), *pnls)
    assert said == [CLOSED if number == closes_at else [] for number in range(len(pnls))]


@pytest.mark.parametrize(
    ("offset", "pnls", "closes"),
    [
        ("20", ["19", "100", "20.50"], False),
        ("20", ["100", "20"], True),
        ("-30", ["100", "0", "-29.50"], False),
        ("-30", ["100", "-30"], True),
    ],
)
def test_the_offset_says_how_much_of_the_gain_is_kept(offset, pnls, closes):
    said = at(holding(one=breakeven(breakeven_offset=Decimal(offset))), *pnls)
    assert said == [[]] * (len(pnls) - 1) + [CLOSED if closes else []]


def test_a_short_is_armed_as_the_price_falls_and_the_reason_tells_the_story():
    stage = holding(-2)
    assert at(stage, "100", "0", size=-2) == [[], CLOSED]
    assert stage.status("RULE-005") == ("MNQ 0.00 armed", None)
    stage = holding()
    assert at(stage, "100") == [[]]
    assert stage.status("RULE-005") == ("MNQ 100.00 armed", None)
    stage.quote("MNQ", "20999")
    verdict = stage.judge.rules[0].check(TimerFired("x"), stage.view.at(stage.step.stamp))
    assert isinstance(verdict, Breach)
    assert verdict.limit == "0.00 once 100.00 was reached"
    assert verdict.reason == "MNQ back at -2.00 (closed at 0.00 after a profit of 100.00)"


def test_s35_the_armed_state_is_stored_once_and_survives_a_restart():
    stage = holding()
    at(stage, "100")
    assert stage.step.writes == [PutMemory(ACCOUNT, RuleId("RULE-005"), ARMED, LINE)]
    at(stage, "120")
    assert stage.step.writes == []
    again = Stage(breakeven(), shared=stage.market)
    again.account.memory.update(stage.account.memory)
    again.market.quotes.forget(position("MNQ", 1).contract_id)
    assert again.restored([position("MNQ", 1, number=70)]) == []
    assert at(again, "0.50", "0") == [[], CLOSED]
    fresh = Stage(breakeven(), shared=stage.market)
    assert fresh.restored([position("MNQ", 1, number=70)]) == []


def test_scaling_keeps_the_armed_state():
    stage = holding(2)
    at(stage, "100", size=2)
    for size in (1, 3):
        assert stage.hear(PositionChanged(position("MNQ", size, number=70)), fresh=True) == []
    assert at(stage, "0", size=3) == [CLOSED]


def test_flat_and_flipped_positions_are_not_armed_any_more():
    stage = holding()
    at(stage, "100")
    assert stage.hear(PositionChanged(position("MNQ", 0, number=70))) == []
    assert stage.account.memory == {}
    at(stage, "40")
    later = position("MNQ", 1, number=71, opened=NOW.replace(minute=5))
    assert stage.hear(PositionChanged(later), fresh=True) == []
    assert at(stage, "0") == [[]]
    stage = holding(2)
    at(stage, "100", size=2)
    turned = position("MNQ", -1, number=71)
    assert stage.hear(PositionChanged(turned), fresh=True) == []
    assert stage.account.memory == {}
    assert at(stage, "-10", size=-1) == [[]]


def test_a_read_that_misses_the_position_once_disarms_nothing():
    stage = holding()
    at(stage, "100")
    assert stage.restored([]) == []
    assert stage.status("RULE-005") == ("MNQ 100.00 armed", None)
    assert stage.restored([position("MNQ", 1, number=70)]) == []
    assert at(stage, "0") == [CLOSED]
    other = position("MNQ", 1, number=72, opened=NOW.replace(minute=9))
    assert stage.restored([other]) == []
    assert stage.account.memory == {}


def test_each_position_is_armed_alone_and_without_a_price_nothing_changes():
    stage = Stage(breakeven())
    stage.restored([position("MNQ", 1), position("ES", 1, average="5800")])
    assert at(stage, "100") == [[]]
    assert stage.status("RULE-005") == (None, "no price of CON.F.US.EP.H26 yet")
    assert stage.account.memory == {KEY: LINE}
    assert stage.quote("ES", "5800") == []
    assert stage.status("RULE-005") == ("ES 0.00, MNQ 100.00 armed", None)
    assert at(stage, "0") == [CLOSED]
    assert stage.quote("ES", "5802") == CLOSED
    assert stage.account.memory[KEY].count("\n") == 1
    assert stage.quote("ES", "5800") == ["close ES", "close MNQ"]


def test_a_shadow_arms_and_a_single_odd_price_does_not():
    stage = holding(one=breakeven(rule_mode="shadow"))
    assert at(stage, "100", "0") == [[], []]
    assert stage.account.memory == {KEY: LINE}
    stage = holding()
    assert at(stage, "0", "5000", "0.50", "0") == [[], [], [], []]
    assert stage.account.memory == {}


@given(st.lists(st.integers(-150, 150), min_size=1, max_size=12))
def test_it_closes_exactly_at_the_first_return_after_arming(pnls):
    stage, armed = holding(), False
    for pnl in pnls:
        armed = armed or pnl >= 100
        assert at(stage, str(pnl)) == [CLOSED if armed and pnl <= 0 else []]
