"""RULE-005 against the venue's book: targets, gains given back, restarts, the daily target."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from risk_manager.simulation.setup import ACCOUNT, ES, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, did, working

RESET = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
ALONE = {"max_unrealized_profit": {"limit": 1000, "scope": "per_position"}}
TOTAL = {"max_unrealized_profit": {"limit": 1000}}
BREAKEVEN = {
    "max_unrealized_profit": {
        "mode": "breakeven", "scope": "per_position", "breakeven_arm_profit": 100,
    }
}  # fmt: skip


def holding(rules, size=2, **more):
    """A world with MNQ open at 29500, where the market stands."""
    world = World(rules, **more).start()
    world.trader.price(MNQ, 29500)
    world.trader.fill(MNQ, size, 29500)
    world.run(5)
    return world


def armed(world):
    """What is remembered of armed positions."""
    return list(world.running.guards[ACCOUNT].account.memory.values())


def test_s34_the_target_closes_that_contract_only():
    world = holding(ALONE)
    world.trader.fill(ES, 1)
    target = world.trader.limit(MNQ, -2, 29900)
    world.run(5)
    world.trader.price(MNQ, "29749.75")
    world.run(3)
    assert did(world) == []
    world.trader.price(MNQ, 29750)
    world.run(10)
    assert did(world) == ["close MNQ", f"cancel {target}"]
    assert (world.net(MNQ), world.net(ES), world.locks()) == (0, 1, [])


def test_the_sum_locks_and_flattens():
    world = holding(TOTAL)
    world.trader.fill(ES, -1)
    world.run(5)
    world.trader.price(MNQ, "29760")
    world.run(10)
    (lock,) = world.locks()
    assert (lock.key.rule_id, lock.until) == ("RULE-005", RESET)
    assert sorted(closes(world)) == ["close EP", "close MNQ"]
    assert working(world) == []


def test_s35_an_armed_gain_given_back_is_closed_also_after_a_crash(tmp_path):
    world = holding(BREAKEVEN, size=1)
    for price in ("29549.50", "29500"):
        world.trader.price(MNQ, price)
        world.run(1)
    assert (did(world), armed(world)) == ([], [])
    world.trader.price(MNQ, 29550)
    world.run(1)
    assert len(armed(world)) == 1
    world.restart(tmp_path)
    world.run(3)
    assert did(world) == []
    world.trader.price(MNQ, 29510)
    world.run(1)
    assert did(world) == []
    world.trader.price(MNQ, 29500)
    world.run(5)
    assert closes(world) == ["close MNQ"]
    assert (world.net(MNQ), world.locks(), armed(world)) == (0, [], [])


@pytest.mark.parametrize("turn", [-1, -2])
def test_s91_a_position_that_ended_or_turned_is_not_armed(turn):
    world = holding(BREAKEVEN, size=1)
    world.trader.price(MNQ, 29550)
    world.run(1)
    world.trader.fill(MNQ, turn, 29540)
    world.run(1)
    assert armed(world) == []
    world.trader.price(MNQ, 29539)
    world.trader.fill(MNQ, -1, 29539)
    world.run(1)
    world.trader.price(MNQ, 29545)
    world.run(10)
    assert did(world) == []


@pytest.mark.parametrize("shadow", [False, True])
def test_s37_the_profit_that_completes_the_day_is_taken(shadow):
    """013 at 900: enforcing at +800, the target is +100; in shadow at +950 it stays 1000."""
    daily = {"limit": 900, **({"rule_mode": "shadow"} if shadow else {})}
    world = World({**ALONE, "daily_realized_profit": daily}).start()
    won = Decimal(950 if shadow else 800) / 2
    world.trader.fill(MNQ, 1, 29000)
    world.trader.fill(MNQ, -1, 29000 + won)
    world.trader.price(MNQ, 29500)
    world.trader.fill(MNQ, 1, 29500)
    world.run(5)
    world.trader.price(MNQ, 29505 if shadow else "29549.75")
    world.run(3)
    assert did(world) == []
    if not shadow:
        world.trader.price(MNQ, 29550)
        world.run(5)
        assert closes(world) == ["close MNQ"]


@pytest.mark.parametrize("first", ["trade", "position"])
def test_a_partial_exit_completes_no_day_by_being_counted_twice(first):
    """+800, MNQ 2 at +45 each: one exit leaves +845 and +45; 55 more would be needed."""
    world = World({**ALONE, "daily_realized_profit": {"limit": 900}}).start()
    world.trader.fill(MNQ, 1, 29000)
    world.trader.fill(MNQ, -1, 29400)
    world.trader.price(MNQ, 29500)
    world.trader.fill(MNQ, 2, 29500)
    world.run(5)
    world.trader.price(MNQ, "29522.50")
    world.run(3)
    delays = {"trade": 300, "position": 10} if first == "position" else {"position": 300}
    world.fates.draw_event = lambda event, usual: [delays.get(event.kind, usual)]
    world.trader.fill(MNQ, -1, "29522.50")
    for _ in range(5):
        world.run(0.08)
        world.trader.price(MNQ, "29522.50")
    world.run(3)
    assert did(world) == []
    assert (world.net(MNQ), world.locks()) == (1, [])
