"""A fill that a read finds and the feed never tells of: the feed is not whole, and that is said."""

import pytest

from risk_manager.simulation.setup import LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import alarms


def untold(world):
    """The alarms about fills that were not told."""
    return [subject for subject in alarms(world) if subject.startswith("untold trade")]


def newest(world):
    """The venue's number of the newest fill."""
    return max(world.exchange._desk.books.trades)


def test_a_fill_the_feed_loses_is_alarmed_once():
    world = World(LOSS).start()
    world.run(10)
    world.fates.draw_event = lambda event, usual: [] if event.kind == "trade" else [usual]
    world.trader.fill(MNQ, 1)
    world.run(5)
    assert untold(world) == []
    world.run(7)
    assert untold(world) == [f"untold trade {newest(world)}"]
    world.run(60)
    assert len([n for _, n in world.notices if n.subject.startswith("untold")]) == 1


@pytest.mark.parametrize("late_ms", [0, 200, 4000])
def test_a_fill_told_in_time_is_not(late_ms):
    world = World(LOSS).start()
    world.run(10)
    world.fates.draw_event = lambda event, usual: [
        usual + (late_ms if event.kind == "trade" else 0)
    ]
    world.trader.fill(MNQ, 1)
    world.run(30)
    assert untold(world) == []


def test_fills_of_the_time_without_a_feed_are_not():
    world = World(LOSS)
    world.trader.fill(MNQ, 1)
    world.start().run(20)
    world.hub.lose()
    world.trader.fill(MNQ, -1)
    world.run(20)
    world.trader.fill(MNQ, 1)
    world.run(0.5)
    world.hub.connect()
    world.run(30)
    assert untold(world) == []
