"""RULE-003 DailyRealizedLoss: the realised day, its lock, and the reset (S12 to S25, S83, S95)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.domain.events import ConfigActivated, TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKey, LockKind
from risk_manager.rules.daily_realized_loss import DailyRealizedLoss
from tests.support.make import ACCOUNT, NOW, OTHER, ny, position, trade
from tests.support.stage import Stage, market, rule

KEY = LockKey(ACCOUNT, "account", RuleId("RULE-003"))
LOCKED = ["lock 003 account until 03-11 17:00", "flatten"]


def loss(limit="-500", **keys):
    """The rule with this limit in USD."""
    return rule(DailyRealizedLoss.section, limit=Decimal(limit), **keys)


def lock_of(stage):
    """The rule's lock and its end; both must be there."""
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert lock.until is not None
    return lock, lock.until


def losing(*amounts, limit="-500", **keys):
    """What each trade of these P&Ls wants, one after the other."""
    stage = Stage(loss(limit, **keys))
    return stage, [stage.hear(TradeExecuted(trade("MNQ", -1, pnl=pnl))) for pnl in amounts]


@pytest.mark.parametrize(
    ("amounts", "is_locked"),
    [
        (["100", "-200", "-450"], True),
        (["-100"], False),
        (["-300", "-199.99"], False),
        (["-300", "-200"], True),
        (["-300", "-200.01"], True),
        (["-300", "-199.99", "-0.01"], True),
        (["-600", "200"], True),
        ([None, "-499.99", None], False),
        (["500"], False),
        (["-0.1"] * 10, False),
    ],
)
def test_the_sum_of_the_day_against_the_limit(amounts, is_locked):
    stage, wanted = losing(*amounts)
    assert [said for said in wanted if said] == ([LOCKED] if is_locked else [])
    assert (stage.market.locks.get(KEY, stage.now) is not None) is is_locked


@pytest.mark.parametrize("limit", ["-1.00", "1.00"])
def test_ten_losses_of_a_tenth_are_exactly_one_and_the_sign_of_the_limit_is_free(limit):
    _, wanted = losing(*["-0.10"] * 10, limit=limit)
    assert wanted == [[]] * 9 + [LOCKED]


def test_the_reason_names_the_value_and_the_limit():
    lock, _ = lock_of(losing("-550.5")[0])
    assert (lock.reason, lock.value, lock.limit) == (
        "daily loss -550.50 of -500.00", "-550.50", "-500.00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-11 16:59:59", "2026-03-11 17:00"),
        ("2026-03-11 17:00:00", "2026-03-12 17:00"),
        ("2026-03-11 17:00:01", "2026-03-12 17:00"),
        ("2026-03-07 18:00:00", "2026-03-08 17:00"),
        ("2026-10-31 18:00:00", "2026-11-01 17:00"),
    ],
)
def test_s19_the_lock_ends_at_the_next_reset_strictly_after_now(now, until):
    stage = Stage(loss(), now=ny(now))
    stage.hear(TradeExecuted(trade("MNQ", -1, at=ny(now), pnl="-550")))
    lock, end = lock_of(stage)
    assert end == ny(until)
    assert lock.is_active(ny(until) - timedelta(microseconds=1))
    assert not lock.is_active(ny(until))


def test_permanent_has_no_end_and_outlives_the_reset():
    stage, wanted = losing("-500", lockout_until="permanent")
    assert wanted == [["lock 003 account until -", "flatten"]]
    (lock,) = stage.market.locks.active(ACCOUNT, stage.now)
    assert lock.kind is LockKind.PERMANENT
    stage.now = ny("2026-03-12 17:00")
    stage.new_day()
    assert stage.market.locks.is_locked_out(ACCOUNT, stage.now)


def test_s14_a_trade_counts_once_whatever_comes_again():
    stage, _ = losing()
    seven = trade("MNQ", -1, pnl="-300", number=7)
    assert [stage.hear(TradeExecuted(seven)) for _ in range(3)] == [[], [], []]
    assert stage.restored(trades=[seven]) == []
    assert stage.status("RULE-003") == ("-300.00", None)


def test_s15_a_void_is_subtracted_but_the_lock_stays_and_is_not_set_twice():
    stage, _ = losing("-420")
    nine = trade("MNQ", -1, pnl="-100", number=9)
    assert stage.hear(TradeExecuted(nine)) == LOCKED
    void = trade("MNQ", -1, pnl="-100", number=9, voided=True)
    assert stage.hear(TradeExecuted(void)) == []
    assert stage.view.at(stage.step.stamp).realized_pnl_today(net=False) == -420
    assert stage.market.locks.is_locked_out(ACCOUNT, stage.now)
    assert stage.hear(TradeExecuted(nine)) == []
    assert stage.view.realized_pnl_today(net=False) == -420


def test_a_breach_under_the_lock_is_counted_and_locks_no_second_time():
    stage, _ = losing("-500")
    before = stage.market.locks.get(KEY, stage.now)
    stage.wait(60)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, pnl="-50"))) == []
    assert stage.market.locks.get(KEY, stage.now) == before
    assert stage.view.realized_pnl_today(net=False) == -550


def test_s18_the_reset_frees_and_a_trade_at_the_instant_is_of_the_new_day():
    stage, _ = losing("-500")
    stage.now = ny("2026-03-11 17:00")
    stage.new_day()
    assert not stage.market.locks.is_locked_out(ACCOUNT, stage.now)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, pnl="-50"))) == []
    late = trade("MNQ", -1, at=stage.now - timedelta(microseconds=1), pnl="-450")
    assert stage.hear(TradeExecuted(late)) == []
    assert stage.status("RULE-003") == ("-50.00", None)


def test_s20_midnight_ends_no_day():
    stage = Stage(loss(), now=ny("2026-03-11 23:50"))
    assert stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, pnl="-300"))) == []
    stage.now = ny("2026-03-12 00:10")
    late = stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, pnl="-250")))
    assert late == ["lock 003 account until 03-12 17:00", "flatten"]


def test_s22_s24_a_restart_in_the_breach_keeps_the_lock_and_one_without_it_sets_it():
    day = [trade("MNQ", -1, pnl="-550")]
    lock, _ = lock_of(losing("-550")[0])
    again = Stage(loss(), shared=market(locks=[lock]))
    assert again.restored([position("MNQ", 1)], trades=day) == []
    assert again.market.locks.get(KEY, NOW) == lock
    assert Stage(loss()).restored([position("MNQ", 1)], trades=day) == LOCKED


def test_a_day_that_was_never_read_is_unknown_and_a_stored_sum_is_used():
    stage = Stage(loss(), day_is_read=False)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-900"))) == []
    assert stage.status("RULE-003") == (None, "today's trades have not been read yet")
    stored = Stage(loss(), day_is_read=False)
    boundary = ny("2026-03-10 17:00")
    stored.account.pnl.restore(boundary, [trade("MNQ", -1, pnl="-400")])
    assert stored.hear(ConfigActivated(ACCOUNT)) == []
    assert stored.status("RULE-003") == ("-400.00", None)
    assert stored.hear(TradeExecuted(trade("MNQ", -1, pnl="-100"))) == LOCKED


def test_s83_a_tighter_limit_acts_at_once():
    stage, _ = losing("-350")
    tighter = Stage(loss("-300"), shared=stage.market)
    tighter.account.pnl.rebuild_day(ny("2026-03-10 17:00"), stage.account.pnl.trades())
    assert tighter.hear(ConfigActivated(ACCOUNT)) == LOCKED


def test_one_account_is_locked_and_the_other_free():
    shared = market()
    one = Stage(loss(), shared=shared)
    other = Stage(loss(), shared=shared, account=OTHER)
    assert one.fill("MNQ", 1, "-500") == LOCKED
    assert other.fill("MNQ", 1, "-499.99") == []
    assert not shared.locks.is_locked_out(OTHER, NOW)
