"""Whatever is told twice, late or again by a read, no count exceeds the distinct trades."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.simulation.setup import ACCOUNT, ES, MNQ
from risk_manager.simulation.world import World

FREE = {"per_minute": 1000, "per_hour": 1000, "per_session": 1000}


def counting(count_by: str) -> World:
    """A world in which nothing is ever too many."""
    return World({"trade_frequency_limit": {"limits": FREE, "count_by": count_by}})


def counted(world: World) -> int:
    """What RULE-006 counts in the session."""
    return world.running.guards[ACCOUNT].account.counter.counts(world.time.now).session


def distinct(world: World, count_by: str) -> int:
    """What there was to count at the venue: its fills, or their orders."""
    rows = world.exchange.trades(ACCOUNT, None)
    return len(rows if count_by == "execution" else {row.order_id for row in rows})


def several_times(rng: Random):
    """Every event comes once in time, and up to three times more within eight seconds."""
    return lambda _event, usual: [usual, *(rng.randint(1, 8000) for _ in range(rng.randint(0, 3)))]


@pytest.mark.parametrize("count_by", ["entry", "order", "execution"])
@given(seed=st.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_s139_repeats_never_count_more_than_the_distinct_trades(count_by, seed):
    rng = Random(seed)
    world = counting(count_by).start()
    world.fates.draw_event = several_times(rng)
    for _ in range(rng.randint(2, 12)):
        if rng.random() < 0.8:
            world.trader.fill(rng.choice([MNQ, ES]), rng.choice([-2, -1, 1, 2]))
        else:
            world.hub.lose()
            world.run(1)
            world.hub.connect()
        world.run(rng.choice([0.01, 0.5, 4]))
        assert counted(world) <= distinct(world, count_by)
    world.run(70)
    assert counted(world) <= distinct(world, count_by)
    if count_by != "entry":
        assert counted(world) == distinct(world, count_by)
