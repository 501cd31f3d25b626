"""Exits that exceed their position are cut, and cover never falls below it."""

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.simulation.setup import ACCOUNT, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import cooldown, did, working


def test_s157_surplus_stops_are_cut_to_the_position():
    """Two stops of 2 for L 2: the newest goes; cover is 2 throughout."""
    world = World(LOSS)
    world.trader.fill(MNQ, 2)
    world.start(Restored(locks=(cooldown({MNQ: 2}),)))
    old = world.trader.stop(MNQ, -2, 29400)
    world.run(0.5)
    new = world.trader.stop(MNQ, -2, 29450)
    world.run(20)
    assert did(world) == [f"cancel {new}"]
    assert working(world) == [old]


def test_s156_stop_too_large_is_cut_not_cancelled():
    """A sell stop of 3 for L 2 becomes one of 2."""
    world = World(LOSS)
    world.trader.fill(MNQ, 2)
    stop = world.trader.stop(MNQ, -3, 29400)
    world.start(Restored(locks=(cooldown({MNQ: 2}),)))
    world.run(20)
    assert did(world) == [f"resize {stop} to 2"]
    assert world.exchange.open_orders(ACCOUNT)[0].size == 2


@pytest.mark.parametrize("side", [1, -1])
def test_s105_stops_and_limits_are_summed_apart(side):
    """A stop of 3 and a limit of 2 for a position of 3, reduced to 2: the stop is cut."""
    world = World({"max_contracts_per_instrument": {"limits": {"MNQ": 2}}})
    world.trader.fill(MNQ, 3 * side)
    stop = world.trader.stop(MNQ, -3 * side, 29500 - 50 * side)
    limit = world.trader.limit(MNQ, -2 * side, 29500 + 50 * side)
    world.start().run(20)
    assert did(world) == ["reduce MNQ by 1", f"resize {stop} to 2"]
    assert working(world) == [stop, limit]


def test_s163_one_surplus_stop_of_three_goes():
    """Three stops of 1 for L 3, reduced to 2: one is cancelled, after a look."""
    world = World({"max_contracts_per_instrument": {"limits": {"MNQ": 2}}})
    world.trader.fill(MNQ, 3)
    stops = [world.trader.stop(MNQ, -1, 29400 + n) for n in range(3)]
    world.start().run(20)
    assert did(world) == ["reduce MNQ by 1", f"cancel {stops[2]}"]
    assert working(world) == stops[:2]
