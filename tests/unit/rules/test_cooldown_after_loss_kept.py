"""RULE-007 CooldownAfterLoss: what stays, repeats, restarts and shadow (S180)."""

from datetime import timedelta

import pytest

from risk_manager.domain.events import StateRestored, TradeExecuted
from risk_manager.domain.locks import LockKind
from tests.support.make import ACCOUNT, NOW, OTHER, cid, ny, position, trade
from tests.support.pauses import KEY, closes, pause, rest_s
from tests.support.stage import Stage, market


def test_the_lock_is_a_cooldown_with_the_loss_in_its_reason():
    stage = Stage(pause())
    closes(stage, "-150")
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert (lock.kind, lock.reason) == (LockKind.COOLDOWN, "loss of a trade -150.00 of -100.00")
    assert (lock.value, lock.limit, lock.cause_order) == ("-150.00", "-100.00", None)


def test_positions_stay_unless_they_are_to_be_closed():
    stage = Stage(pause())
    stage.fill("ES", 1)
    stage.fill("MNQ", 3)
    assert stage.fill("MNQ", -1, "-100") == [
        "lock 007 account until 03-11 14:05 keeping ES 1, MNQ 2", "cancel all",
    ]  # fmt: skip
    stage = Stage(pause(close_positions_on_breach=True))
    stage.fill("MNQ", 3)
    wanted = stage.fill("MNQ", -1, "-100")
    assert wanted == ["lock 007 account until 03-11 14:05", "flatten", "cancel all"]


@pytest.mark.parametrize("fills", [((-4, "-150"),), ((-2, "-150"), (-2, None))])
def test_s180_what_the_losing_order_opened_does_not_stay(fills):
    stage = Stage(pause())
    stage.fill("ES", 1)
    stage.fill("MNQ", 2)
    for size, pnl in fills:
        stage.hear(TradeExecuted(trade("MNQ", size, at=stage.now, pnl=pnl, order=9)))
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert lock.ceilings == {cid("ES"): 1}
    stage.hear(TradeExecuted(trade("MNQ", -1, at=stage.now, order=9)))
    later = stage.market.locks.get(KEY, stage.now)
    assert later is not None
    assert later.ceilings == {cid("ES"): 1}, "no later fill raises it"


@pytest.mark.parametrize("told", [(0, 1), (1, 0)])
def test_s180_one_contract_turned_in_two_fills_does_not_stay_either(told):
    stage = Stage(pause())
    stage.fill("MNQ", 1)
    losing = trade("MNQ", -1, at=NOW + timedelta(seconds=1), pnl="-150", order=9)
    opening = trade("MNQ", -1, at=NOW + timedelta(seconds=2), order=9)
    stage.wait(2)
    for number in told:
        stage.hear(TradeExecuted((losing, opening)[number]))
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert lock.ceilings == {}


def test_a_position_another_order_opened_stays():
    stage = Stage(pause())
    stage.fill("MNQ", 2)
    stage.hear(TradeExecuted(trade("MNQ", -3, at=stage.now, pnl="10", order=8)))
    stage.hear(TradeExecuted(trade("MNQ", -2, at=stage.now, order=9)))
    stage.hear(TradeExecuted(trade("MNQ", 1, at=stage.now, pnl="-100", order=10)))
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert lock.ceilings == {cid("MNQ"): -2}


def test_a_trade_counts_once_and_a_void_ends_nothing():
    stage = Stage(pause())
    loss = trade("MNQ", -1, at=stage.now, pnl="-100", number=9, order=1)
    assert stage.hear(TradeExecuted(loss))
    void = trade("MNQ", -1, at=stage.now, pnl="-100", number=9, order=1, voided=True)
    assert stage.hear(TradeExecuted(void)) == []
    assert rest_s(stage) == 300
    stage.market.locks.end(KEY)
    assert [stage.hear(TradeExecuted(loss)), stage.hear(TradeExecuted(void))] == [[], []]
    assert stage.restored(trades=[void]) == []
    assert rest_s(stage) is None
    assert closes(stage, "-60", order=1) is None, "the voided fill is no part of its order"


def test_a_restart_applies_no_finished_cooldown_again():
    stage = Stage(pause(), now=NOW + timedelta(seconds=301))
    done = trade("MNQ", -1, at=NOW, pnl="-100")
    stage.account.pnl.restore(ny("2026-03-10 17:00"), [done])
    assert stage.restored([position("MNQ", 1)], trades=[done]) == []
    assert stage.hear(StateRestored(ACCOUNT)) == []
    assert rest_s(stage) is None


def test_a_loss_just_before_the_reset_that_arrives_after_it_still_pauses():
    stage = Stage(pause(), now=ny("2026-03-11 17:00:01"))
    late = trade("MNQ", -1, at=ny("2026-03-11 16:59:59"), pnl="-100")
    assert stage.hear(TradeExecuted(late))[1:] == ["cancel all"]
    assert rest_s(stage) == 298
    assert stage.hear(TradeExecuted(late)) == []


def test_the_reading_is_the_last_result_and_unknown_before_it():
    stage = Stage(pause())
    assert stage.status("RULE-007") == (None, "not evaluated yet")
    closes(stage, "-40", "-50", order=7)
    assert stage.status("RULE-007") == ("-90.00", None)
    limit = "-100.00 for 300 s, -200.00 for 900 s, -300.00 for 1800 s"
    assert stage.judge.rules[0].describe_limit() == limit


def test_the_other_account_is_free():
    shared = market()
    one, other = Stage(pause(), shared=shared), Stage(pause(), shared=shared, account=OTHER)
    assert closes(one, "-100") == 300
    other.hear(TradeExecuted(trade("MNQ", -1, at=other.now, pnl="-99.99", account=OTHER)))
    assert rest_s(other, OTHER) is None


def test_a_shadow_records_each_loss_and_locks_nothing():
    stage = Stage(pause(rule_mode="shadow"))
    for _ in range(2):
        stage.fill("MNQ", 1)
        stage.step.records.clear()
        loss = trade("MNQ", -1, at=stage.now, pnl="-100", order=int(stage.mono * 1000))
        assert stage.hear(TradeExecuted(loss)) == []
        assert [record.action for record in stage.step.records] == ["WOULD_ENFORCE"]
    assert rest_s(stage) is None
