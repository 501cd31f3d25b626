"""RULE-013 against the venue's book: the lock, what it closes, the day it lasts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from risk_manager.simulation.setup import ES, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, working

RESET = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
PROFIT = {"daily_realized_profit": {"limit": 1000}}


def win(world: World, usd: str) -> None:
    """Realise a profit of this many USD in MNQ."""
    world.trader.fill(MNQ, 1, 29000)
    world.trader.fill(MNQ, -1, 29000 + Decimal(usd) / 2)


def test_s132_target_reached_exactly_locks_and_flattens():
    """One tick below the target does nothing; at it everything is closed."""
    world = World(PROFIT).start()
    win(world, "999.50")
    world.run(2)
    assert world.locks() == []
    world.trader.fill(ES, 1)
    order = world.trader.limit(MNQ, 1, 28000)
    world.run(5)
    win(world, "0.50")
    world.run(20)
    (lock,) = world.locks()
    assert (lock.key.rule_id, lock.until) == ("RULE-013", RESET)
    assert "close EP" in did(world)
    assert f"cancel {order}" in did(world)
    assert working(world) == []


def test_exposure_under_the_lock_is_closed_and_the_reset_frees():
    world = World(PROFIT, start=RESET - timedelta(seconds=60)).start()
    win(world, "1000")
    world.run(10)
    since = world.t
    world.trader.fill(MNQ, -1)
    world.run(5)
    assert closes(world, since) == ["close MNQ"]
    assert world.net(MNQ) == 0
    world.run_to(61)
    assert world.locks() == []


def test_restart_keeps_the_lock(tmp_path: Path):
    world = World(PROFIT).start()
    win(world, "1000")
    world.run(10)
    before, since = world.locks(), world.t
    world.restart(tmp_path)
    world.run(10)
    assert world.locks() == before
    assert did(world, since) == []
