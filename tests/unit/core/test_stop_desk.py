"""The guard resists a stop only while something is at stake."""

from datetime import timedelta

import pytest

from risk_manager.domain.command_events import CommandAnswer, Effect, StopAsked
from risk_manager.enforcement.step import Step
from risk_manager.simulation.setup import LOSS, MNQ, START
from risk_manager.simulation.watching import Watcher
from risk_manager.simulation.world import World
from tests.support.commands import asked, sleep_to

MORNING = START  # 10:00 in New York
EIGHT_HOURS = timedelta(hours=8)


class Stops(Watcher):
    """When the engine wanted the run to end."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.at: list[float] = []
        world.watchers.append(self)

    def on_step(self, step: Step) -> None:
        if step.stop:
            self.at.append(self.world.t)


def stop(world: World, *, cancel: bool = False) -> CommandAnswer:
    return asked(world, StopAsked(cancel, 1))


def test_s208_at_once_on_a_day_without_a_commitment():
    world = World(LOSS)
    stops = Stops(world)
    world.start().run(5)
    assert stop(world).effect is Effect.ACTIVE
    assert len(stops.at) == 1


def test_s208_after_a_fill_it_waits_for_the_hours_and_for_the_lock(tmp_path):
    """Locked until 17:00 and asked at 10:00: the guard ends at 18:00."""
    world = World(LOSS)
    stops = Stops(world)
    world.start()
    world.trader.lose(MNQ, 550)
    world.run(5)
    answer = stop(world)
    at = world.time.now
    assert (answer.effect, set(answer.matures.values())) == (Effect.PENDING, {at + EIGHT_HOURS})
    sleep_to(world, at + EIGHT_HOURS - timedelta(seconds=5), tmp_path)
    assert (world.locks(), stops.at) == ([], [])
    world.run(10)
    assert len(stops.at) == 1
    assert world.running.stops.asked_at is None


@pytest.mark.parametrize("what", ["position", "order", "fill"])
def test_what_is_at_stake(what):
    world = World(LOSS).start()
    if what == "order":
        world.trader.limit(MNQ, 1, 20_000)
    else:
        world.trader.fill(MNQ, 1)
    if what == "fill":
        world.trader.fill(MNQ, -1)
    world.run(5)
    assert stop(world).effect is Effect.PENDING


def test_a_stop_that_waits_can_be_withdrawn(tmp_path):
    world = World(LOSS)
    stops = Stops(world)
    world.start()
    world.trader.fill(MNQ, 1)
    world.run(5)
    stop(world)
    assert stop(world, cancel=True).effect is Effect.NONE
    sleep_to(world, MORNING + timedelta(hours=9), tmp_path)
    world.run(5)
    assert stops.at == []


def test_what_is_not_known_counts_as_a_commitment():
    world = World(LOSS)
    world.engine = None
    world.start()
    world.running.guards[next(iter(world.running.guards))].account.proven = False
    assert stop(world).effect is Effect.PENDING


def test_with_the_immediate_policy_nothing_waits():
    world = World(LOSS, settings={"loosen_policy": "immediate"}).start()
    world.trader.fill(MNQ, 1)
    world.run(5)
    assert stop(world).effect is Effect.ACTIVE
