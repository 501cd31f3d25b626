"""Broker truth against events: late, lost, doubled and out of order."""

from datetime import timedelta

import pytest

from risk_manager.domain.events import OrderChanged, PositionChanged, SnapshotTaken
from risk_manager.domain.requests import ClosePosition
from risk_manager.simulation import convert
from risk_manager.simulation.fates import refused
from risk_manager.simulation.setup import ACCOUNT, CAP, CAPS, ES, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, report, working


def account(world: World):
    return world.running.guards[ACCOUNT].account


@pytest.mark.parametrize("late", ["trade", "position", "order"])
def test_s72_order_of_events_does_not_matter(late):
    """The same state, one enforcement."""
    world = World(CAP).start()
    world.fates.draw_event = lambda event, usual: [200 if event.kind == late else usual]
    world.trader.fill(MNQ, 6)
    world.run(20)
    assert closes(world) == ["close MNQ"]
    assert account(world).positions.all() == []
    assert account(world).exposure.exposure(MNQ) == 0


def test_s73_terminal_order_stays_terminal():
    """A late "open" report of a cancelled order, and a fill with an unmoved update time."""
    world = World(LOSS).start()
    order = world.trader.limit(MNQ, 1, 29000)
    world.run(1)
    row = world.exchange.order(order)
    assert row is not None
    opened = convert.order_of(row)
    world.trader.cancel(order)
    world.run(1)
    world.deliver(OrderChanged(opened))
    assert account(world).orders.alive() == []
    second = world.trader.limit(MNQ, 1, 29400)
    world.run(1)
    world.trader.price(MNQ, 29390)
    world.run(1)
    known = account(world).orders.get(second)
    assert (known.status.value, known.updated_at) == ("filled", known.created_at)


def test_s74_breach_the_feed_missed_is_found_by_a_read():
    """The hub is down 40 s; size becomes 6; enforced once within 5 s, and not again."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 3)
    world.run(10)
    world.hub.lose()
    world.run(12)
    since = world.t
    world.trader.fill(MNQ, 3)
    world.run(5.2)
    assert closes(world, since) == ["close MNQ"]
    assert world.net(MNQ) == 0
    world.run(20)
    world.hub.connect()
    world.run(70)
    assert closes(world, since) == ["close MNQ"]


def test_first_read_follows_a_lost_hub_within_two_seconds():
    world = World(CAP).start()
    world.run(30)
    world.hub.lose()
    since, calls = world.t, len(world.broker.calls)
    world.run(2)
    assert len(world.broker.calls) > calls
    assert world.broker.calls[calls] - since <= 2


def empty_positions(answer: SnapshotTaken) -> SnapshotTaken:
    return SnapshotTaken(
        request=answer.request,
        trades=answer.trades,
        orders=answer.orders,
        positions=(),
        account=answer.account,
        suspended=answer.suspended,
        failure=None,
        trades_requested_mono=answer.trades_requested_mono,
        orders_requested_mono=answer.orders_requested_mono,
        positions_requested_mono=answer.positions_requested_mono,
        answered_mono=answer.answered_mono,
    )


def test_s167_one_empty_list_is_not_flat():
    """Locked, the close is refused, the list is empty once: the stop stays."""
    world = World(LOSS)
    world.trader.fill(ES, 2)
    stop = world.trader.stop(ES, -2, 7500)
    world.start()
    world.fates.script(ClosePosition, *[refused(5, "no")] * 2)
    world.trader.lose(MNQ, 600)
    world.run(0.1)
    world.fates.tampers.append(empty_positions)
    world.run(0.9)
    assert working(world) == [stop]
    assert f"cancel {stop}" not in did(world)
    world.run(20)
    assert world.net(ES) == 0
    assert working(world) == []


def test_s168_dead_position_id_stays_dead():
    """Late reports of a closed id, and of an older unknown one: ignored, one look each."""
    world = World(CAPS).start()
    world.trader.fill(MNQ, 2)
    world.run(3)
    row = world.exchange.positions(ACCOUNT)[0]
    world.trader.fill(MNQ, -2)
    world.run(8)
    calls, since = len(world.broker.calls), world.t
    world.deliver(PositionChanged(report(world, MNQ, 3, row.id, opened_at=row.created)))
    older = row.created - timedelta(seconds=60)
    world.deliver(PositionChanged(report(world, MNQ, 3, 77, opened_at=older)))
    world.run(1)
    assert did(world, since) == []
    assert account(world).positions.ignored == 2
    assert account(world).positions.all() == []
    assert 2 <= len(world.broker.calls) - calls <= 4
    world.run(30)
    assert did(world, since) == []


def test_s169_old_event_is_checked_before_a_rule_without_lock_acts():
    """A "size 6" arrives 20 s late; the position is 4: a look, nothing closed."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 4)
    world.run(20)
    row = world.exchange.positions(ACCOUNT)[0]
    calls = len(world.broker.calls)
    world.deliver(PositionChanged(report(world, MNQ, 6, row.id, opened_at=row.created)))
    world.run(3)
    assert did(world) == []
    assert len(world.broker.calls) > calls
    assert account(world).positions.get(MNQ).size == 4


def test_s108_events_of_one_contract_within_seconds_all_count():
    """Sizes 2, 3, 4 and two stops; every one seen."""
    world = World(LOSS).start()
    sizes = []
    for _ in range(3):
        world.trader.fill(MNQ, 1)
        world.trader.stop(MNQ, -1, 29000)
        world.run(1.5)
        sizes.append(account(world).positions.get(MNQ).size)
    assert sizes == [1, 2, 3]
    assert len(account(world).orders.alive(MNQ)) == 3


def test_s14_replayed_events_of_a_reconnect_change_nothing():
    """Trades arrive three times and again with the read; the sum is counted once."""
    world = World(LOSS).start()
    world.fates.draw_event = lambda _event, usual: [usual, usual + 40, usual + 90]
    world.trader.lose(MNQ, 300)
    world.run(5)
    world.hub.lose()
    world.run(5)
    world.hub.connect()
    world.run(10)
    assert account(world).pnl.realized(net=False) == -300
    assert did(world) == []
