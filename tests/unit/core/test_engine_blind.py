"""While the feed was interrupted: what may be done on an old picture, and what may not."""

from datetime import UTC, datetime

from risk_manager.domain.requests import CancelOrder, TakeSnapshot
from risk_manager.simulation.fates import SERVED, Fate, Way, refused
from risk_manager.simulation.setup import CAP, ES, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes

SESSION = {
    "session_block_outside": {
        "global_session": {
            "enabled": True,
            "start": "09:30",
            "end": "16:00",
            "timezone": "America/New_York",
        }
    }
}


def no_orders(sent):
    """Order/searchOpen is refused: no look is ever complete."""
    looks = isinstance(sent, TakeSnapshot)
    return Fate(Way.REFUSED, 7, part="orders") if looks else SERVED


def test_restored_lock_holds_before_broker_truth_is_known(tmp_path):
    world = World(LOSS).start()
    world.run(5)
    world.trader.lose(MNQ, 600)
    world.run(5)
    world.fates.draw = no_orders
    world.restart(tmp_path)
    world.run(3)
    world.trader.fill(MNQ, 3)
    world.run(1)
    assert world.net(MNQ) == 0


def test_legal_position_is_not_closed_on_the_picture_from_before_a_gap():
    """5 MNQ are closed in the gap and 3 ES opened: 3 of 5, whatever the old picture says."""
    world = World(CAP).start()
    world.run(5)
    world.trader.fill(MNQ, 5)
    world.run(5)
    world.hub.lose()
    world.run(0.2)
    world.trader.fill(MNQ, -5)
    world.run(0.3)
    # Subscribed: events flow, but the last completion that proves the hub is not in yet.
    world.hub.cut()
    world.hub.up["user"] = True
    world.trader.fill(ES, 3)
    world.run(0.05)
    world.hub.connect()
    world.run(5)
    assert world.net(ES) == 3
    assert closes(world) == []


def test_stop_is_no_sure_entry_while_blind():
    """An entry fills unseen; at the session's end its stop is not cancelled before the close."""
    world = World(SESSION, start=datetime(2026, 11, 18, 20, 59, 30, tzinfo=UTC)).start()
    quote = world.exchange.quote(MNQ)
    assert quote is not None
    last = quote.last
    assert last is not None
    world.run_to(4.5)
    world.trader.limit(MNQ, 1, last - 10)
    stop = world.trader.stop(MNQ, -1, last - 40)
    world.run_to(21)
    world.hub.lose()
    world.run_to(28.5)
    world.trader.price(MNQ, last - 11)
    assert world.net(MNQ) == 1
    world.run_to(45)
    assert world.net(MNQ) == 0
    cancels = [
        sent.at
        for sent in world.broker.sent
        if isinstance(sent.request, CancelOrder) and sent.request.order_id == stop
    ]
    closed = [
        sent.at for sent in world.broker.sent if type(sent.request).__name__ == "ClosePosition"
    ]
    assert closed
    assert all(at > closed[0] for at in cancels)


def test_new_position_after_a_flatten_is_the_traders():
    """Looks fail for 3 s after RULE-001 flattened; the legal re-entry is left alone."""
    world = World(CAP).start()
    world.run(5)
    since = world.t
    world.fates.draw = lambda sent: (
        refused(7) if isinstance(sent, TakeSnapshot) and world.t < since + 3 else SERVED
    )
    world.trader.fill(MNQ, 6)
    world.run(1.8)
    world.trader.fill(ES, 1)
    world.run(10)
    assert world.net(ES) == 1


def test_position_the_feed_opens_during_a_sweep_is_the_traders():
    """The first look is slow; a legal position opened 100 ms after the flatten is left alone."""
    world = World(CAP, back_ms=300).start()
    world.run(5)
    world.trader.fill(MNQ, 6)
    world.run(0.1)
    world.trader.fill(ES, 1)
    world.run(10)
    assert world.net(MNQ) == 0
    assert world.net(ES) == 1
