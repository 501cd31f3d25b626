"""RULE-013 DailyRealizedProfit: the realised day against a target (S132)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.events import ConfigActivated, QuoteChanged, TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKey
from risk_manager.rules.daily_realized_profit import DailyRealizedProfit
from tests.support.limits import loss
from tests.support.make import ACCOUNT, NOW, OTHER, cid, ny, position, trade
from tests.support.stage import Stage, market, rule

KEY = LockKey(ACCOUNT, "account", RuleId("RULE-013"))
LOCKED = ["lock 013 account until 03-11 17:00", "flatten"]


def profit(limit="1000", **keys):
    """The rule with this target in USD."""
    return rule(DailyRealizedProfit.section, limit=Decimal(limit), **keys)


def earning(*amounts, limit="1000", **keys):
    """What each trade of these P&Ls wants, one after the other."""
    stage = Stage(profit(limit, **keys))
    return stage, [stage.hear(TradeExecuted(trade("MNQ", -1, pnl=pnl))) for pnl in amounts]


@pytest.mark.parametrize(
    ("amounts", "is_locked"),
    [
        (["100"], False),
        (["999.99"], False),
        (["1000"], True),
        (["1000.01"], True),
        (["999.99", "0.01"], True),
        (["1500", "-600"], True),
        (["-600", "1500"], False),
        ([None, "999.99", None], False),
        (["-1000"], False),
    ],
)
def test_s132_the_sum_of_the_day_against_the_target(amounts, is_locked):
    stage, wanted = earning(*amounts)
    assert [said for said in wanted if said] == ([LOCKED] if is_locked else [])
    assert (stage.market.locks.get(KEY, stage.now) is not None) is is_locked


def test_the_reason_is_friendly_and_names_value_and_target():
    stage, _ = earning("1020.5")
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert (lock.reason, lock.value, lock.limit) == (
        "daily target reached, well done: 1,020.50 of 1,000.00", "1,020.50", "1,000.00",
    )  # fmt: skip


@pytest.mark.parametrize(("include", "wanted"), [(True, []), (False, LOCKED)])
def test_fees_and_commissions_of_every_half_turn_lower_the_profit_when_asked_for(include, wanted):
    stage = Stage(profit(include_fees=include))
    said = []
    for number in range(10):
        pnl = "1006.09" if number == 9 else None
        said += stage.hear(TradeExecuted(trade("MNQ", 1, pnl=pnl, costs=("0.36", "0.25"))))
    assert said == wanted
    assert stage.status("RULE-013")[0] == ("999.99" if include else "1,006.09")


def test_open_profit_and_quotes_do_not_count():
    stage = Stage(profit())
    assert stage.fill("MNQ", 1) == []
    assert stage.quote("MNQ", "21200") == []
    assert not stage.judge.listens(QuoteChanged(cid("MNQ"), Decimal(1)))
    assert stage.status("RULE-013") == ("0.00", None)


def test_permanent_has_no_end_and_outlives_the_reset():
    stage, wanted = earning("1000", lockout_until="permanent")
    assert wanted == [["lock 013 account until -", "flatten"]]
    stage.now = ny("2026-03-12 17:00")
    stage.new_day()
    assert stage.market.locks.is_locked_out(ACCOUNT, stage.now)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-11 16:59:59", "2026-03-11 17:00"),
        ("2026-03-11 17:00:00", "2026-03-12 17:00"),
        ("2026-03-07 18:00:00", "2026-03-08 17:00"),
    ],
)
def test_the_lock_ends_at_the_next_reset_strictly_after_now(now, until):
    stage = Stage(profit(), now=ny(now))
    stage.hear(TradeExecuted(trade("MNQ", -1, at=ny(now), pnl="1000")))
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert lock.until == ny(until)


def test_the_reset_frees_and_the_new_day_starts_at_zero():
    stage, _ = earning("1000")
    stage.now = ny("2026-03-11 17:00")
    stage.new_day()
    assert not stage.market.locks.is_locked_out(ACCOUNT, stage.now)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, pnl="50"))) == []
    late = trade("MNQ", -1, at=stage.now - timedelta(microseconds=1), pnl="950")
    assert stage.hear(TradeExecuted(late)) == []
    assert stage.status("RULE-013") == ("50.00", None)


def test_a_trade_counts_once_and_a_loss_or_void_after_the_lock_frees_nothing():
    stage = Stage(profit())
    seven = trade("MNQ", -1, pnl="600", number=7)
    assert [stage.hear(TradeExecuted(seven)) for _ in range(3)] == [[], [], []]
    assert stage.restored(trades=[seven]) == []
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="400", number=8))) == LOCKED
    before = stage.market.locks.get(KEY, stage.now)
    stage.wait(60)
    void = trade("MNQ", -1, pnl="600", number=7, voided=True)
    assert stage.hear(TradeExecuted(void)) == []
    assert stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, pnl="900"))) == []
    assert stage.view.at(stage.step.stamp).realized_pnl_today(net=False) == 1300
    assert stage.market.locks.get(KEY, stage.now) == before


def test_a_restart_above_the_target_keeps_the_lock_or_sets_it():
    day = [trade("MNQ", -1, pnl="1000")]
    lock = earning("1000")[0].market.locks.get(KEY, NOW)
    assert lock is not None
    again = Stage(profit(), shared=market(locks=[lock]))
    assert again.restored([position("MNQ", 1)], trades=day) == []
    assert again.market.locks.get(KEY, NOW) == lock
    assert Stage(profit()).restored([position("MNQ", 1)], trades=day) == LOCKED


def test_a_day_that_was_never_read_is_unknown_and_a_stored_sum_is_used():
    stage = Stage(profit(), day_is_read=False)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="2000"))) == []
    assert stage.status("RULE-013") == (None, "today's trades have not been read yet")
    stored = Stage(profit(), day_is_read=False)
    stored.account.pnl.restore(ny("2026-03-10 17:00"), [trade("MNQ", -1, pnl="900")])
    assert stored.hear(ConfigActivated(ACCOUNT)) == []
    assert stored.hear(TradeExecuted(trade("MNQ", -1, pnl="100"))) == LOCKED


def test_a_lower_target_acts_at_once():
    stage, _ = earning("700")
    lower = Stage(profit("700"), shared=stage.market)
    lower.account.pnl.rebuild_day(ny("2026-03-10 17:00"), stage.account.pnl.trades())
    assert lower.hear(ConfigActivated(ACCOUNT)) == LOCKED


def test_a_shadow_sets_no_lock_and_both_day_rules_may_lock():
    assert earning("1000", rule_mode="shadow")[1] == [[]]
    stage = Stage(loss(), profit())
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="1000"))) == LOCKED
    bad = stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-1500")))
    assert bad == ["lock 003 account until 03-11 17:00", "flatten"]


def test_one_account_is_locked_and_the_other_free():
    shared = market()
    one = Stage(profit(), shared=shared)
    other = Stage(profit(), shared=shared, account=OTHER)
    assert one.fill("MNQ", 1, "1000") == LOCKED
    assert other.fill("MNQ", 1, "999.99") == []
    assert not shared.locks.is_locked_out(OTHER, NOW)


@given(st.lists(st.decimals("-900", "900", places=2, allow_nan=False), max_size=8))
def test_the_day_ends_exactly_when_its_sum_reaches_the_target(day):
    said = Stage(profit()).restored(trades=[trade("MNQ", -1, pnl=str(p)) for p in day])
    assert said == (LOCKED if sum(day) >= 1000 else [])
