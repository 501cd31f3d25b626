"""Whenever a change is classed tighter, the new rule refuses all that the old one refuses.

Both are asked on the very same state, built by one story: by the rules' own verdicts, through the
real view. A verdict covers another when it closes, cuts and cancels at least as much and sets
every lock for at least as long, and when it ends no lock that the other keeps.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, assume, given, settings

from risk_manager.config.change import changes_between
from risk_manager.config.verdicts import Verdict
from risk_manager.domain.events import (
    AccountChanged,
    ConfigActivated,
    PositionChanged,
    SessionEnded,
    TimerFired,
    TradeExecuted,
)
from risk_manager.domain.positions import AccountRow, Trade
from tests.support.config_sets import config_set
from tests.support.make import ACCOUNT, position_after, trade
from tests.support.small_sections import SMALL
from tests.support.stage import Stage, rule
from tests.support.verdict_pairs import Pair

PRICES = {"MNQ": 21_000, "NQ": 21_000, "ES": 21_000}

symbols = st.sampled_from(tuple(PRICES))
moves = st.lists(
    st.one_of(
        st.tuples(st.just("fill"), symbols, st.sampled_from((-2, -1, 1, 3))),
        st.tuples(st.just("lose"), symbols, st.sampled_from((-120, -45, 60))),
        st.tuples(st.just("quote"), symbols, st.integers(-12, 12)),
        st.tuples(st.just("wait"), st.just(""), st.sampled_from((20, 61, 3601, 20_000))),
        st.tuples(st.just("trade"), st.just(""), st.sampled_from((0, 1))),
    ),
    min_size=2,
    max_size=14,
)


def fill(stage: Stage, done: Trade) -> None:
    """A trade of an order of its own, and the position it leaves."""
    stage.hear(TradeExecuted(done))
    held = stage.account.positions.get(done.contract_id)
    stage.hear(PositionChanged(position_after(held, done)))


def play(stage: Stage, story: Any) -> None:
    """What happens; after each move the clock and an activation ask as well."""
    for place, (kind, name, number) in enumerate(story):
        if kind == "fill":
            fill(stage, trade(name, number, at=stage.now, order=100 + place))
        elif kind == "lose":
            costs = ("2.50", "0")
            done = trade(name, -1, at=stage.now, order=100 + place, pnl=str(number), costs=costs)
            fill(stage, done)
        elif kind == "quote":
            stage.quote(name, str(Decimal(PRICES[name] + number)))
        elif kind == "wait":
            stage.wait(number)
        else:
            row = AccountRow(ACCOUNT, "test", Decimal(50_000), can_trade=bool(number))
            stage.hear(AccountChanged(row))
        stage.wait(1)
        stage.hear(TimerFired("sweep", ACCOUNT))
        stage.hear(ConfigActivated(ACCOUNT), fresh=True)
        stage.restored(stage.account.positions.all())
        stage.hear(SessionEnded(ACCOUNT, stage.now - timedelta(seconds=1)))


@pytest.mark.parametrize("section", SMALL)
@settings(
    max_examples=50, deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data(), story=moves)
def test_a_tighter_rule_refuses_all_the_old_one_refuses(section, data, story):
    first, second = data.draw(SMALL[section]), data.draw(SMALL[section])
    assume(first.keys() == second.keys())
    key = data.draw(st.sampled_from(sorted(first)))
    changed = first | {key: second[key]}
    if section == "max_contracts":
        changed["reduce_to_limit"] = not changed["close_all"]
    old, new = (config_set({section: keys}) for keys in (first, changed))
    found = {change.verdict for change in changes_between(old, new, Stage().now)}
    if Verdict.LOOSER in found:
        first, changed = changed, first
        old, new = new, old
    assume(
        found and Verdict.INCOMPARABLE not in found and found != {Verdict.LOOSER, Verdict.TIGHTER}
    )
    pair = Pair(rule(section, **first), rule(section, **changed))
    play(Stage(pair), story)
    assert pair.lapses == []


TIERS = [({"loss_amount": -100, "cooldown_duration": pause},) for pause in (600, 60)]
FILLS = [
    ("fill", "MNQ", 3),
    ("lose", "MNQ", -120),
    ("fill", "ES", 3),
    ("quote", "ES", 12),
    ("lose", "MNQ", 300),
    ("wait", "", 3601),
]


@pytest.mark.parametrize(
    ("section", "old", "new"),
    [
        ("max_contracts", {"limit": 2}, {"limit": 9}),
        ("daily_realized_loss", {"limit": -100}, {"limit": -900}),
        ("symbol_blocks", {"blocked_symbols": ("ES",)}, {}),
        ("no_stop_loss_grace", {"grace_period_seconds": 30}, {"grace_period_seconds": 9000}),
        ("daily_realized_profit", {"limit": 50}, {"limit": 500}),
        ("trade_frequency_limit", *({"limits": {"per_minute": n}} for n in (1, 9))),
        ("max_unrealized_profit", *({"limit": n, "scope": "per_position"} for n in (10, 9000))),
        ("cooldown_after_loss", *({"loss_thresholds": t} for t in TIERS)),
    ],
)
def test_a_looser_rule_is_caught(section, old, new):
    """The comparison can fail."""
    pair = Pair(rule(section, **old), rule(section, **new))
    play(Stage(pair), FILLS)
    assert pair.lapses != []
