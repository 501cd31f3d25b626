"""State: events in any order, repeats, and what is written (S14, S66, S72, S91, S93, S168)."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from risk_manager.domain.counts import FillMarks
from risk_manager.domain.events import (
    AccountChanged,
    OrderChanged,
    PositionChanged,
    Stamp,
    TradeExecuted,
)
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.orders import OrderStatus
from risk_manager.domain.positions import AccountRow
from risk_manager.state.effects import Effects
from risk_manager.state.writes import PutDeadPosition, PutLock, PutTrade
from tests.support.make import ACCOUNT, NOW, cid, ny, order, position, trade
from tests.support.stage import Stage

MNQ = cid("MNQ")


def heard(stage: Stage, event) -> Effects:
    """Apply one event, a tenth of a second after the last."""
    stage.wait(0.1)
    return stage.manager.apply(event, Stamp(1, stage.now, stage.mono, stage.mono))


def cooldown(stage: Stage, **ceilings: int) -> None:
    """A lock of an hour that lets these sizes stay."""
    key = LockKey(ACCOUNT, "account", RuleId("RULE-006"))
    kept = {cid(name): size for name, size in ceilings.items()}
    until = NOW + timedelta(hours=9)
    lock = Lockout(key, LockKind.COOLDOWN, "too many", NOW, until, ceilings=kept)
    stage.market.locks.set(lock, NOW)


def picture(stage: Stage) -> tuple[object, ...]:
    """All that rules could tell apart."""
    account = stage.account
    return (
        account.positions.get(MNQ),
        account.exposure.exposure(MNQ),
        account.pnl.realized(net=False),
        account.orders.alive(),
        account.newest_trade_at,
        account.counter.counts(NOW),
    )


def test_s72_fill_trade_position_and_account_in_any_order_give_one_state():
    opened = trade("MNQ", 1, number=1)
    events = [
        TradeExecuted(opened),
        PositionChanged(position("MNQ", 1, number=5)),
        OrderChanged(order("MNQ", 1, number=1, status=OrderStatus.FILLED, filled=1)),
        AccountChanged(AccountRow(ACCOUNT, balance=Decimal(1))),
    ]
    seen = set()
    for sequence in permutations(events):
        stage = Stage()
        for event in sequence:
            heard(stage, event)
        seen.add(repr(picture(stage)))
    assert len(seen) == 1


def test_s93_a_closed_position_carries_no_pnl():
    stage = Stage()
    heard(stage, TradeExecuted(trade("MNQ", 1)))
    heard(stage, PositionChanged(position("MNQ", 1, number=5, average="26246.00")))
    heard(stage, PositionChanged(position("MNQ", 0, number=5, average="26246.00")))
    assert stage.account.positions.get(MNQ) is None
    assert stage.account.pnl.realized(net=False) == 0
    heard(stage, TradeExecuted(trade("MNQ", -1, pnl="-10")))
    assert stage.account.pnl.realized(net=False) == -10
    assert stage.account.exposure.exposure(MNQ) == 0


def test_a_repeat_changes_nothing_and_writes_nothing():
    stage = Stage()
    for event in (
        TradeExecuted(trade("MNQ", 1, number=1)),
        PositionChanged(position("MNQ", 1, number=5)),
        OrderChanged(order("MNQ", 1, number=1)),
        AccountChanged(AccountRow(ACCOUNT, can_trade=True)),
    ):
        assert heard(stage, event).changed
        before = picture(stage)
        assert heard(stage, event) == Effects()
        assert picture(stage) == before


def test_a_trade_is_stored_once_new_and_again_when_it_is_voided():
    stage = Stage()
    fill = trade("MNQ", 1, number=1)
    opened = FillMarks(opens=True)
    assert heard(stage, TradeExecuted(fill)).writes == [PutTrade(fill, opened)]
    void = trade("MNQ", 1, number=1, voided=True)
    effects = heard(stage, TradeExecuted(void))
    assert (effects.writes, effects.new_trades) == ([PutTrade(void, opened)], [])
    assert heard(stage, TradeExecuted(fill)) == Effects()
    assert stage.account.exposure.exposure(MNQ) == 0


def test_s168_an_event_of_a_dead_id_asks_for_a_look_and_changes_nothing():
    stage = Stage()
    heard(stage, PositionChanged(position("MNQ", 1, number=5)))
    closed = heard(stage, PositionChanged(position("MNQ", 0, number=5)))
    assert [type(write) for write in closed.writes] == [PutDeadPosition]
    effects = heard(stage, PositionChanged(position("MNQ", 3, number=5)))
    assert (effects.look, effects.changed) == (True, False)
    assert stage.account.positions.get(MNQ) is None


def test_s91_a_flip_stores_the_old_id_as_dead():
    stage = Stage()
    heard(stage, PositionChanged(position("MNQ", 2, number=5)))
    flip = heard(stage, PositionChanged(position("MNQ", -1, number=6)))
    assert flip.writes == [PutDeadPosition(ACCOUNT, MNQ, position("MNQ", 1, number=5).id, NOW)]


@pytest.mark.parametrize(("known", "heard_now", "after"), [
    (None, None, None), (None, False, False), (True, None, True), (True, False, False),
    (False, None, False), (False, True, True),
])  # fmt: skip
def test_s66_an_account_event_without_can_trade_leaves_it(known, heard_now, after):
    stage = Stage()
    stage.account.can_trade = known
    heard(stage, AccountChanged(AccountRow(ACCOUNT, can_trade=heard_now)))
    assert stage.account.can_trade is after


def test_fills_lower_the_ceilings_of_locks_and_the_rows_are_written():
    stage = Stage()
    stage.account.looked_mono = stage.mono
    heard(stage, TradeExecuted(trade("MNQ", 3)))
    cooldown(stage, MNQ=3)
    effects = heard(stage, TradeExecuted(trade("MNQ", -2)))
    rows = [write.lock.ceilings for write in effects.writes if isinstance(write, PutLock)]
    assert rows == [{MNQ: 1}]
    assert heard(stage, TradeExecuted(trade("MNQ", 2))).writes[1:] == []
    assert stage.market.locks.ceiling(ACCOUNT, MNQ, "MNQ", stage.now) == 1


def test_a_fill_of_the_day_before_that_comes_late_still_lowers_the_ceiling():
    stage = Stage(now=ny("2026-03-11 17:00:00.100"))
    early = ny("2026-03-11 16:59:59")
    stage.account.looked_mono = stage.mono
    heard(stage, PositionChanged(position("MNQ", 3, number=5)))
    stage.account.exposure.note_look({MNQ: 3}, early, stage.mono)
    cooldown(stage, MNQ=3)
    late = trade("MNQ", -2, at=early + timedelta(milliseconds=900), pnl="-10")
    effects = heard(stage, TradeExecuted(late))
    assert stage.account.exposure.exposure(MNQ) == 1
    assert [write.lock.ceilings for write in effects.writes if isinstance(write, PutLock)] == [
        {MNQ: 1}
    ]
    assert stage.account.pnl.realized(net=False) == 0
    stage.wait(1)
    assert stage.account.pairs.needs_look(stage.mono) == {MNQ}


def test_opening_and_reversing_orders_are_counted_and_exits_are_not():
    stage = Stage()
    counted = []
    for number, (size, pnl) in enumerate([(2, None), (-1, "5"), (-1, "5"), (1, None), (-3, "9")]):
        fill = trade("MNQ", size, pnl=pnl, order=number)
        heard(stage, TradeExecuted(fill))
        counted.append(stage.account.counter.counts(NOW).session)
    assert counted == [1, 1, 1, 2, 3]


def test_a_contract_is_quiet_two_seconds_after_its_last_fill_and_if_both_sizes_agree():
    stage = Stage()
    heard(stage, TradeExecuted(trade("MNQ", 1)))
    moved = stage.mono
    assert not stage.account.is_quiet(MNQ, moved + 9)
    heard(stage, PositionChanged(position("MNQ", 1, number=5)))
    assert not stage.account.is_quiet(MNQ, stage.mono + 1.999)
    assert stage.account.is_quiet(MNQ, stage.mono + 2)
    heard(stage, OrderChanged(order("MNQ", 1, status=OrderStatus.FILLED)))
    assert not stage.account.is_quiet(MNQ, stage.mono + 1.999)
    assert stage.account.is_quiet(cid("ES"), stage.mono)
    stage.wait(3)
    heard(stage, OrderChanged(order("MNQ", 1, status=OrderStatus.FILLED, number=9)))
    stage.wait(3)
    heard(stage, OrderChanged(order("MNQ", 1, status=OrderStatus.FILLED, number=9)))
    assert stage.account.is_quiet(MNQ, stage.mono)
