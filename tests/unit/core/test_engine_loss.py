"""RULE-003 against the venue's book: the lock, what it closes, the day it lasts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from risk_manager.domain.requests import ClosePosition
from risk_manager.simulation.fates import Fate
from risk_manager.simulation.setup import ACCOUNT, ES, LOSS, MNQ
from risk_manager.simulation.world import World
from risk_manager.state.writes import PutIntent, PutLock
from tests.harness.words import closes, did, did_at, working

RESET = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
BEFORE_RESET = RESET - timedelta(seconds=60)
COMBINED = {"daily_realized_loss": {"limit": -500, "include_unrealized": True}}


def realized(world: World) -> object:
    return world.running.guards[ACCOUNT].account.pnl.realized(net=False)


def locked(world: World) -> bool:
    return bool(world.locks())


def test_s12_limit_reached_exactly_locks_and_flattens():
    """One cent-step above the limit does nothing; at it the row comes before the close."""
    world = World(LOSS).start()
    world.trader.lose(MNQ, 300)
    world.trader.lose(MNQ, "199.50")
    world.run(2)
    assert (realized(world), locked(world)) == (Decimal("-499.50"), False)
    world.trader.fill(ES, 1)
    order = world.trader.limit(MNQ, 1, 29000)
    world.run(5)
    world.trader.lose(MNQ, "0.50")
    world.run(70)
    (lock,) = world.locks()
    assert (lock.key.rule_id, lock.until) == ("RULE-003", RESET)
    assert "close EP" in did(world)
    assert f"cancel {order}" in did(world)
    assert world.exchange.positions(ACCOUNT) == []
    assert working(world) == []
    set_at = min(t for t, row in world.rows if isinstance(row, PutLock))
    assert set_at <= world.broker.sent[0].at


def test_s16_exposure_while_locked_is_closed_at_once():
    """Its P&L counts, the lock stays as it was."""
    world = World(LOSS).start()
    world.trader.lose(MNQ, 600)
    world.run(10)
    before, since = world.locks(), world.t
    world.trader.fill(MNQ, 1)
    world.run(5)
    ((sent, word),) = [one for one in did_at(world, since) if one[1].startswith("close")]
    assert (word, sent < 0.1) == ("close MNQ", True)
    assert world.net(MNQ) == 0
    assert realized(world) == Decimal("-600.00") + last_pnl(world)
    assert world.locks() == before


def last_pnl(world: World) -> Decimal:
    pnl = world.exchange.trades(ACCOUNT)[0].profit_and_loss
    assert pnl is not None
    return pnl


def test_s17_entry_goes_while_the_stop_waits_for_flat():
    """Locked, the close hangs; the buy limit is cancelled, the sell stop only once flat."""
    world = World(LOSS).start()
    world.trader.lose(MNQ, 600)
    world.run(10)
    since = world.t
    world.fates.script(ClosePosition, Fate(out_ms=1500, back_ms=100))
    opened = world.trader.fill(MNQ, 1)
    stop = world.trader.stop(MNQ, -1, 29000)
    world.run(0.1)
    entry = world.trader.limit(MNQ, 1, 29100)
    world.run(1.3)
    first = [f"cancel {opened}", "close MNQ", f"cancel {entry}"]
    assert did(world, since) == first
    assert working(world) == [stop]
    world.run(5)
    assert did(world, since) == [*first, f"cancel {stop}"]
    assert working(world) == []


def test_s18_reset_frees_and_starts_the_new_day():
    """Free at the instant; a trade stamped exactly then belongs to the new day."""
    world = World(LOSS, start=BEFORE_RESET).start()
    world.trader.lose(MNQ, 600)
    world.run_to(59.999)
    assert locked(world)
    world.time.at(60.0, lambda: world.trader.lose(MNQ, 50))
    world.run_to(61)
    assert not locked(world)
    assert realized(world) == Decimal("-50.00")


def test_s19_breach_after_the_reset_locks_for_the_whole_next_day():
    world = World(LOSS, start=BEFORE_RESET).start()
    world.run_to(61)
    world.trader.lose(MNQ, 600)
    world.run(2)
    (lock,) = world.locks()
    assert lock.until == RESET + timedelta(days=1)


def test_s20_day_is_not_split_at_midnight():
    """23:50 and 00:10 New York are one trading day."""
    late = datetime(2026, 11, 19, 4, 50, tzinfo=UTC)
    world = World(LOSS, start=late).start()
    world.trader.lose(MNQ, 300)
    world.run(1200)
    assert not locked(world)
    world.trader.lose(MNQ, 250)
    world.run(2)
    assert locked(world)
    assert realized(world) == Decimal("-550.00")


def test_s93_flat_event_before_its_loss():
    """The flat report changes no sum; the trade that follows does, once."""
    world = World(LOSS).start()
    world.trader.fill(MNQ, 1, 29500)
    world.run(2)
    world.fates.draw_event = lambda event, usual: [500 if event.kind == "trade" else usual]
    world.trader.fill(MNQ, -1, 29495)
    world.run(0.2)
    assert (realized(world), world.running.guards[ACCOUNT].account.positions.all()) == (0, [])
    world.run(2)
    assert realized(world) == Decimal("-10.00")


def test_s76_two_rules_of_one_step_close_once():
    """The trade that ends the day also leaves six contracts of five."""
    world = World({**LOSS, "max_contracts": {"limit": 5}}).start()
    world.trader.fill(MNQ, 5, 29500)
    world.run(3)
    world.fates.draw_event = lambda event, usual: [usual] if event.kind != "order" else []
    world.trader.lose(ES, 600)
    world.trader.fill(MNQ, 1, 29500)
    world.run(10)
    assert closes(world).count("close MNQ") == 1
    assert world.net(MNQ) == 0
    intents = [row.intent for _, row in world.rows if isinstance(row, PutIntent)]
    assert len({intent.id for intent in intents if intent.contract_id == MNQ}) == 1
