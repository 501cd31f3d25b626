"""Broker truth merged into the state: what a look decides and leaves alone (S74, S90, S144)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from risk_manager.domain.counts import FillMarks
from risk_manager.domain.events import OrderChanged, PositionChanged, SnapshotTaken, TradeExecuted
from risk_manager.domain.ids import RequestId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.orders import OrderStatus
from risk_manager.domain.positions import AccountRow
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.state.effects import Effects
from risk_manager.state.writes import PutDeadPosition, PutLock, PutTrade
from tests.support.make import ACCOUNT, NOW, cid, order, position, trade
from tests.support.stage import Stage

MNQ, ES = cid("MNQ"), cid("ES")


def answer(stage: Stage, trades=None, orders=(), positions=(), **parts) -> SnapshotTaken:
    """A read requested 0.2 s ago: trades, then orders, then positions, 50 ms apart."""
    since = parts.pop("since", stage.account.boundary)
    request = TakeSnapshot(RequestId(1), ACCOUNT, trades_since=None if trades is None else since)
    start = stage.mono - 0.2
    taken = SnapshotTaken(
        request, trades, orders, positions, None, (), None,
        start, start + 0.05, start + 0.1, stage.mono,
    )  # fmt: skip
    return replace(taken, **parts)


def merged(stage: Stage, **parts) -> Effects:
    """Merge a read a second later."""
    stage.wait(1)
    stage.step = stage._step()
    return stage.manager.apply_snapshot(answer(stage, **parts), stage.step.stamp)


def test_s74_a_read_shows_what_the_feed_missed():
    stage = Stage()
    stage.fill("MNQ", 3)
    missed = trade("MNQ", 3, at=stage.now, number=9)
    effects = merged(stage, trades=(missed,), positions=(position("MNQ", 6, number=5),))
    assert (effects.changed, effects.new_trades) == (True, [missed])
    assert effects.writes[0] == PutTrade(missed, FillMarks(opens=True))
    assert stage.account.reported(MNQ) == stage.account.exposure.exposure(MNQ) == 6
    assert effects.fills_before[MNQ] == 6


def test_a_read_that_shows_what_we_know_changes_nothing():
    stage = Stage()
    stage.fill("MNQ", 3)
    known = tuple(stage.account.positions.all())
    effects = merged(stage, trades=stage.account.pnl.trades(), positions=known)
    assert (effects.changed, effects.writes, effects.missing_trades) == (False, [], [])
    assert stage.account.read_failure is None
    assert stage.account.looked_mono == pytest.approx(stage.mono - 0.15)


@pytest.mark.parametrize("part", ["orders", "positions"])
def test_a_look_whose_order_or_position_answer_fails_is_no_look(part):
    stage = Stage()
    stage.fill("MNQ", 3)
    effects = merged(stage, **{part: None, "failure": "timeout"})
    assert stage.account.read_failure == "timeout"
    assert stage.account.reported(MNQ) == 3
    assert stage.account.exposure.exposure(MNQ) == 3
    assert stage.account.looked_mono == float("-inf")
    assert effects.fills_before == {}


def test_positions_that_were_not_read_leave_orders_that_were():
    stage = Stage()
    stage.hear(OrderChanged(order("ES", 1, number=7)))
    assert merged(stage, positions=None).changed
    assert stage.account.orders.alive() == []


def test_s90_an_expired_contract_without_a_flat_event_is_dropped_and_its_id_dead():
    stage = Stage()
    stage.fill("MNQ Z25", 1)
    gone = stage.account.positions.all()[0]
    assert merged(stage).second_read
    effects = merged(stage)
    assert not effects.second_read
    assert effects.writes == [PutDeadPosition(ACCOUNT, gone.contract_id, gone.id, gone.opened_at)]
    assert stage.account.touched_contracts() == []


def test_an_event_received_after_the_request_wins_over_the_read():
    stage = Stage()
    stage.fill("MNQ", 3)
    stage.wait(5)
    before = tuple(stage.account.positions.all())
    reply = answer(stage, positions=before)
    stage.fill("MNQ", 1)
    stage.step = stage._step()
    stage.manager.apply_snapshot(reply, stage.step.stamp)
    assert stage.account.reported(MNQ) == 4
    assert stage.account.exposure.exposure(MNQ) == 4


def test_a_closing_fill_between_the_trades_and_the_positions_is_not_lost():
    """The read of trades came first: the position read already contains the later fill."""
    stage = Stage()
    stage.fill("MNQ", 2)
    assert merged(stage, trades=stage.account.pnl.trades()).second_read
    late = trade("MNQ", -2, at=stage.now - timedelta(seconds=0.12), pnl="5")
    stage.hear(TradeExecuted(late))
    assert stage.account.exposure.exposure(MNQ) == 0
    merged(stage)
    assert stage.account.reported(MNQ) == stage.account.exposure.exposure(MNQ) == 0
    assert stage.account.pnl.realized(net=False) == 5


def test_s144_a_stored_trade_the_broker_lacks_stays_counted_and_is_named():
    stage = Stage()
    seven = trade("MNQ", -1, pnl="-300", number=7)
    stage.hear(TradeExecuted(seven))
    effects = merged(stage, trades=())
    assert effects.missing_trades == [seven]
    assert stage.account.pnl.realized(net=False) == -300


def test_a_fill_heard_after_the_request_is_not_missing():
    stage = Stage()
    reply = answer(stage, trades=())
    stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-300", number=7)))
    stage.step = stage._step()
    assert stage.manager.apply_snapshot(reply, stage.step.stamp).missing_trades == []


def test_the_values_of_the_answer_win():
    stage = Stage()
    stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-300", number=7)))
    corrected = trade("MNQ", -1, pnl="-310", number=7)
    assert PutTrade(corrected) in merged(stage, trades=(corrected,)).writes
    assert stage.account.pnl.realized(net=False) == -310


def test_the_answer_takes_a_void_back_which_the_feed_cannot():
    stage = Stage()
    fill = trade("MNQ", -1, pnl="-300", number=7)
    stage.hear(TradeExecuted(replace(fill, voided=True)))
    assert merged(stage, trades=(fill,)).writes == [PutTrade(fill)]
    assert stage.account.pnl.realized(net=False) == -300


def test_a_look_lowers_ceilings_and_makes_what_it_moved_unquiet():
    stage = Stage()
    stage.fill("MNQ", 3)
    key = LockKey(ACCOUNT, "account", RuleId("RULE-006"))
    lock = Lockout(key, LockKind.COOLDOWN, "too many", NOW, None, ceilings={MNQ: 3})
    stage.market.locks.set(lock, NOW)
    stage.wait(60)
    number = stage.account.positions.all()[0].id
    effects = merged(stage, positions=(position("MNQ", 1, number=number), position("ES", 0)))
    assert effects.writes == [PutLock(replace(lock, ceilings={MNQ: 1}))]
    assert not stage.account.is_quiet(MNQ, stage.mono + 1.8)
    assert stage.account.is_quiet(MNQ, stage.mono + 1.95)
    assert stage.account.touched_contracts() == [MNQ]


def test_only_newer_trades_read_name_no_older_one_as_missing():
    stage = Stage()
    stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-300", number=7)))
    later = NOW + timedelta(seconds=0.5)
    assert merged(stage, trades=(), since=later).missing_trades == []


def test_the_account_row_is_taken_and_a_suspended_child_is_kept():
    stage = Stage()
    child = order("MNQ", -1, status=OrderStatus.SUSPENDED, parent=7)
    merged(stage, suspended=(child,), account=AccountRow(ACCOUNT, can_trade=False))
    assert stage.account.can_trade is False
    assert stage.account.orders.alive() == [child]
    merged(stage, suspended=None)
    assert stage.account.orders.alive() == [child]


def test_a_pair_that_differs_is_watched_again_after_the_look():
    stage = Stage()
    stage.hear(TradeExecuted(trade("MNQ", 1)))
    stage.wait(5)
    assert stage.account.pairs.needs_look(stage.mono) == {MNQ}
    merged(stage, positions=(position("MNQ", 1),))
    assert stage.account.pairs.next_due(stage.mono) is None
    stage.hear(PositionChanged(position("MNQ", 2)))
    assert stage.account.pairs.next_due(stage.mono) == pytest.approx(stage.mono + 1)


def test_an_older_read_that_answers_later_turns_nothing_back():
    stage = Stage()
    merged(stage, trades=())
    newest = (stage.account.fills_read_mono, stage.account.trades_read_at)
    merged(stage, trades=(), trades_requested_mono=stage.mono - 5)
    assert (stage.account.fills_read_mono, stage.account.trades_read_at) == newest
