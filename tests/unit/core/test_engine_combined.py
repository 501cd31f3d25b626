"""Realised and open loss together: a closing pair is counted once, in any order."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from risk_manager.domain.ids import RuleId
from risk_manager.simulation.setup import ACCOUNT, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, did

RESET = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
BEFORE_RESET = RESET - timedelta(seconds=60)
COMBINED = {"daily_realized_loss": {"limit": -500, "include_unrealized": True}}


def realized(world: World) -> object:
    return world.running.guards[ACCOUNT].account.pnl.realized(net=False)


def combined(world: World) -> str | None:
    """Realised and open together, as the rule shows it."""
    return world.running.guards[ACCOUNT].judge.status[RuleId("RULE-003")].value


def locked(world: World) -> bool:
    return bool(world.locks())


def test_s26_open_loss_counts_when_asked():
    """Realised -450; open -49.50 is nothing, -50 locks and flattens."""
    world = World(COMBINED).start()
    world.trader.lose(MNQ, 450)
    world.run(2)
    world.trader.fill(MNQ, 1, 29500)
    world.run(2)
    world.trader.price(MNQ, "29475.25")
    world.run(2)
    assert not locked(world)
    world.trader.price(MNQ, 29475)
    world.run(5)
    assert locked(world)
    assert world.net(MNQ) == 0
    assert closes(world) == ["close MNQ"]


@pytest.mark.parametrize("first", ["trade", "position"])
@pytest.mark.parametrize(("size", "left"), [(1, 0), (2, 1)], ids=["whole", "half"])
def test_s190_s191_s192_a_closing_pair_is_never_counted_twice(first, size, left):
    """Open -260 becomes realised -260, or half of it, in two events, in either order."""
    world = World(COMBINED).start()
    world.trader.fill(MNQ, size, 29500)
    world.run(2)
    fall = Decimal(130) / size
    world.trader.price(MNQ, 29500 - fall)
    world.run(2)
    pending: list[tuple[str, int]] = [("trade", 10), ("position", 300)]
    if first == "position":
        pending = [("trade", 300), ("position", 10)]
    delays = dict(pending)
    world.fates.draw_event = lambda event, usual: [delays.get(event.kind, usual)]
    world.trader.fill(MNQ, left - size, 29500 - fall)
    sums = set()
    for step in range(250):
        world.run(0.02)
        if step == 5:
            world.trader.price(MNQ, 29500 - fall)
        sums.add(combined(world))
    missing = {} if first == "trade" else {"0.00" if size == 1 else "-130.00"}
    assert sums == {"-260.00", *missing}, "a result that was not told yet is not guessed"
    assert not locked(world)
    assert did(world) == []
    assert world.net(MNQ) == left


def test_s191_missing_trade_leaves_the_sum_unknown_until_a_look():
    """The position's end arrives, its trade does not; a look reads it after a second."""
    world = World(COMBINED).start()
    world.trader.fill(MNQ, 1, 29500)
    world.run(2)
    world.fates.draw_event = lambda event, usual: [] if event.kind == "trade" else [usual]
    calls = len(world.broker.calls)
    world.trader.fill(MNQ, -1, 29300)
    world.run(0.9)
    assert (realized(world), len(world.broker.calls)) == (Decimal(0), calls)
    world.run(0.5)
    assert realized(world) == Decimal("-400.00")
    assert not locked(world)
