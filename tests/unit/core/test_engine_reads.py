"""Reads of broker truth: nothing lost in a gap, nothing asked for without end."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from risk_manager.domain.events import (
    PositionChanged,
    QuoteChanged,
    SnapshotTaken,
    StateRestored,
    TradeExecuted,
)
from risk_manager.domain.ids import RequestId
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import SERVED, refused
from risk_manager.simulation.setup import ACCOUNT, CAP, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.support.make import trade
from tests.support.stage import Stage, rule


def test_loss_made_in_a_gap_is_read_however_long_reads_fail():
    """-300 while the hub is down; reads work again only after newer trades came by the feed."""
    world = World(LOSS).start()
    world.run(5)
    world.fates.draw = lambda sent: (
        refused(7) if isinstance(sent, TakeSnapshot) and 6 <= world.t < 100 else SERVED
    )
    world.run_to(10)
    world.hub.lose()
    world.run_to(12)
    world.trader.lose(MNQ, 300)
    world.run_to(20)
    world.hub.connect()
    world.run_to(75)
    world.trader.lose(MNQ, 10)
    world.run_to(150)
    world.trader.lose(MNQ, 250)
    world.run_to(160)
    assert [lock.key.rule_id for lock in world.locks()] == ["RULE-003"]


def test_failing_looks_are_paused():
    """A position event is lost and every read is refused: a handful of reads, not hundreds."""
    world = World(CAP).start()
    world.run(5)
    asked: list[float] = []

    def refuse(sent):
        if not isinstance(sent, TakeSnapshot):
            return SERVED
        asked.append(world.t)
        return refused(7)

    world.fates.draw = refuse
    world.fates.draw_event = lambda event, usual: [] if event.kind == "position" else [usual]
    world.trader.fill(MNQ, 1)
    world.run(20)
    assert 2 <= len(asked) <= 12


def test_dead_position_id_repeated_causes_few_looks():
    """A doubt is settled by a look a second at most, not by one for each event."""
    world = World(CAP).start()
    world.run(5)
    world.trader.fill(MNQ, 1)
    world.run(2)
    positions = world.running.guards[ACCOUNT].account.positions
    dead = positions.get(MNQ)
    assert dead is not None
    world.trader.fill(MNQ, -1)
    world.run(5)
    held = positions.get(MNQ)
    assert held is None
    asked: list[float] = []

    def count(sent):
        if isinstance(sent, TakeSnapshot):
            asked.append(world.t)
        return SERVED

    world.fates.draw = count
    for _ in range(100):
        world.deliver(PositionChanged(dead))
        world.run(0.1)
    assert len(asked) <= 14


def test_first_quote_of_a_day_does_not_meet_the_old_sum():
    rules = {"daily_realized_loss": {"limit": -500, "include_unrealized": True}}
    world = World(rules, start=datetime(2026, 11, 18, 21, 59, 0, tzinfo=UTC)).start()
    world.run(2)
    world.trader.lose(MNQ, 400)
    world.run(2)
    quote = world.exchange.quote(MNQ)
    assert quote is not None
    world.trader.fill(MNQ, 1)
    world.run(54.9)
    stamp = world._stamp()
    late = stamp.mono + 1.05
    stamp = replace(
        stamp, now=datetime(2026, 11, 18, 22, 0, 0, 50000, tzinfo=UTC), mono=late,
        received_mono=late,
    )  # fmt: skip
    low = Decimal(str(quote.last)) - 60
    for _ in range(2):
        world.running.step(QuoteChanged(MNQ, low, low, low), stamp)
    assert world.running.market.locks.active(ACCOUNT, stamp.now) == []


def test_read_requested_before_a_void_does_not_undo_it():
    stage = Stage(rule("daily_realized_loss", limit=-500))
    first = trade("MNQ", -1, pnl="-300", number=1, at=stage.now)
    stage.hear(TradeExecuted(first))
    requested = stage.mono
    stage.wait(0.02)
    stage.hear(TradeExecuted(replace(first, voided=True)))
    stage.wait(0.01)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-300", number=2, at=stage.now))) == []
    request = TakeSnapshot(RequestId(1), stage.account.id, trades_since=stage.account.boundary)
    stage.step = stage._step()
    stage.manager.apply_snapshot(
        SnapshotTaken(
            request, (first,), (), (), None, (), None, requested, requested, requested, stage.mono
        ),
        stage.step.stamp,
    )
    assert stage.hear(StateRestored(ACCOUNT), fresh=True) == []
    assert stage.status("RULE-003") == ("-300.00", None)


def test_s102_two_hubs_that_come_back_restore_the_state_once():
    """What was filled in between is judged once, after the read that covers the gap."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 3)
    world.run(10)
    (status,) = world.running.guards[ACCOUNT].judge.status.values()
    asked = status.events
    world.hub.lose()
    world.run(0.5)
    world.trader.fill(MNQ, 2)
    world.run(0.5)
    assert status.events == asked
    world.hub.connect()
    world.run(30)
    assert (status.events, status.value) == (asked + 1, "5")
