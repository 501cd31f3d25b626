"""A close from its request to the look that ends it, against the venue's book."""

from risk_manager.domain.records import Outcome
from risk_manager.domain.requests import ClosePosition, ReducePosition
from risk_manager.gateway_sim.venue_enums import OrderType
from risk_manager.simulation.fates import LOST_BEFORE, Fate
from risk_manager.simulation.setup import ACCOUNT, CAP, CAPS, ES, LOSS, MNQ, RTY
from risk_manager.simulation.world import World
from risk_manager.state.writes import PutIntent, PutLock
from tests.harness.words import alarms, answered, closes, did

CLOSED = "Trading is currently unavailable. The instrument is not in an active trading status."


def held(contract_id: str, size: int, **options) -> World:
    """A locked account is started with an open position: it is closed at once."""
    world = World(LOSS, **options)
    world.trader.fill(contract_id, size)
    return world


def breach(world: World) -> World:
    """Start and let the day's loss end it."""
    world.start()
    world.trader.lose(MNQ, 600)
    return world


def outcomes(world: World, action: str = "CLOSE_POSITION") -> list[Outcome]:
    return [record.outcome for _, record in world.records if record.action == action]


def test_s87_flatten_of_a_short_buys():
    """Two short; two are bought, never one sold."""
    world = held(ES, -2)
    breach(world)
    world.run(5)
    orders = [o for o in world.exchange.orders(ACCOUNT) if o.contract_id == ES]
    assert [(o.side.name, o.size) for o in orders] == [("ASK", 2), ("BID", 2)]
    assert world.net(ES) == 0


def test_s75_partly_filled_close_is_repeated_for_the_rest():
    """Two of three fill; the last one is closed by the verify loop."""
    world = World(CAPS, close_delay_ms=3, partial_lot=1).start()
    world.trader.fill(RTY, 3)
    world.run(0.035)
    pending = [o for o in world.exchange.open_orders(ACCOUNT) if o.contract_id == RTY]
    for order in pending:
        world.trader.cancel(order.id)
    world.run(15)
    assert world.net(RTY) == 0
    assert outcomes(world)[-1] is Outcome.DONE


def test_s77_hanging_close_holds_up_nothing_else():
    """The row is stored first, other events are handled, timeout 2 s, a look, a retry."""
    world = held(ES, 1)
    world.fates.script(ClosePosition, LOST_BEFORE)
    world.start()
    world.fates.script(ClosePosition)
    world.trader.lose(MNQ, 600)
    world.run(1)
    first = world.broker.sent[0]
    lock_at = min(t for t, row in world.rows if isinstance(row, PutLock))
    intent_at = min(t for t, row in world.rows if isinstance(row, PutIntent))
    assert max(lock_at, intent_at) <= first.at
    world.trader.fill(RTY, 1)
    world.run(0.5)
    assert world.net(RTY) == 0
    world.run(5)
    es = [s for s in world.broker.sent if getattr(s.request, "contract_id", "") == ES]
    assert len(es) == 2
    assert 2.0 <= es[1].at - es[0].at <= 3.5
    assert Outcome.TIMED_OUT in outcomes(world)
    assert world.net(ES) == 0


def test_close_is_done_only_when_position_reads_flat():
    """Success of the call is not success: DONE is written by the look that reads flat."""
    world = World(CAPS, close_delay_ms=400).start()
    world.trader.fill(RTY, 1)
    world.run(0.3)
    assert closes(world) == ["close RTY"]
    assert answered(world) == 0
    assert set(outcomes(world)) == {Outcome.STARTED}
    world.run(3)
    assert outcomes(world)[-1] is Outcome.DONE
    done_at = next(t for t, record in world.records if record.outcome is Outcome.DONE)
    fill_at = (world.exchange.trades(ACCOUNT)[0].created - world.time.start_at).total_seconds()
    assert done_at > fill_at


def test_s153_slow_fill_is_waited_for():
    """Answered at once, filled after 400 ms, looks in between: exactly one close."""
    world = World(CAPS, close_delay_ms=400).start()
    world.trader.fill(RTY, 1)
    world.run(10)
    assert closes(world) == ["close RTY"]


def test_flatten_never_cancels_its_own_close():
    """Locked; the close's market order is told before the position event."""
    world = held(ES, 1, close_delay_ms=500)
    breach(world)
    world.fates.draw_event = lambda event, usual: [900 if event.kind == "position" else usual]
    world.run(10)
    own = [o.id for o in world.exchange.orders(ACCOUNT) if o.contract_id == ES][-1]
    assert closes(world).count("close EP") == 1
    assert f"cancel {own}" not in did(world)
    assert world.net(ES) == 0


def test_s164_flatten_joins_a_hanging_reduction():
    """Timeout 2 s, one look, then closeContract; never two alive."""
    world = World({**CAPS, **LOSS}).start()
    world.fates.script(ReducePosition, LOST_BEFORE)
    world.trader.fill(ES, 3)
    world.run(0.5)
    assert closes(world) == ["reduce EP by 2"]
    world.trader.lose(MNQ, 600)
    world.run(1.4)
    assert [word for word in closes(world) if "EP" in word] == ["reduce EP by 2"]
    world.run(5)
    assert [word for word in closes(world) if "EP" in word] == ["reduce EP by 2", "close EP"]
    assert world.net(ES) == 0


def test_s165_own_order_that_hangs_is_cancelled_once():
    """Pending for ten seconds: alarm, cancelled once, looked at, decided again."""
    world = World(CAPS, close_delay_ms=60000).start()
    world.trader.fill(RTY, 1)
    world.run(9.9)
    assert closes(world) == ["close RTY"]
    assert not [word for word in did(world) if word.startswith("cancel")][1:]
    world.run(1)
    own = [o.id for o in world.exchange.orders(ACCOUNT) if o.contract_id == RTY][-1]
    assert did(world).count(f"cancel {own}") == 1
    assert f"hanging {RTY}" in alarms(world)


def test_s165_closing_order_of_somebody_else_is_left_alone():
    """A tagged market order on the closing side hangs; it is not ours to cancel."""
    world = World(CAPS, market_delay_ms=(60000, 60000)).start()
    world.fates.script(ClosePosition, LOST_BEFORE)
    world.trader.fill(RTY, 1)
    theirs = world.trader.place(RTY, OrderType.MARKET, -1, custom_tag="theirs")
    world.run(20)
    assert f"cancel {theirs}" not in did(world)
    assert closes(world) == ["close RTY"]


def test_s166_crossing_stop_and_close_leave_no_residue():
    """The stop fills while the close is on its way: S 1 is closed by the same intent."""
    world = World(CAPS, close_delay_ms=200).start()
    world.trader.fill(RTY, 1)
    world.trader.stop(RTY, -1, 2800)
    world.run(0.1)
    world.trader.price(RTY, 2799)
    world.run(0.15)
    assert world.net(RTY) == -1
    world.run(5)
    assert world.net(RTY) == 0
    assert closes(world) == ["close RTY", "close RTY"]
    assert [n.subject for _, n in world.notices].count(f"crossed {RTY}") == 1


def test_s146_reentry_is_not_touched_by_the_verify_loop():
    """One new contract with a stop, a second after everything was closed."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 6)
    world.run(1)
    since = world.t
    world.trader.fill(MNQ, 1)
    stop = world.trader.stop(MNQ, -1, 29000)
    world.run(90)
    assert did(world, since) == []
    assert world.net(MNQ) == 1
    assert [o.id for o in world.exchange.open_orders(ACCOUNT)] == [stop]


def test_close_that_met_a_flipped_position_is_waited_for():
    """The position turns over while the call is on its way: its order closes the new side.

    It lives on the other side than the one the close was decided for, and is ours all the same.
    """
    world = World(CAPS, close_delay_ms=600).start()
    world.fates.script(ClosePosition, Fate(out_ms=100))
    world.trader.fill(RTY, 1)
    world.run(0.05)
    world.trader.fill(RTY, -4)
    world.run(0.6)
    assert closes(world) == ["close RTY"]
    world.run(10)
    assert closes(world) == ["close RTY"]
    assert world.net(RTY) == 0
