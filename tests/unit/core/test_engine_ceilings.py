"""Ceilings follow what was really held, also where the fills are learned late."""

from risk_manager.core.assembly import Restored
from risk_manager.simulation.setup import LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, cooldown


def test_fills_learned_late_take_their_place_in_time():
    """Sold 1 and bought 1 unseen, then sold 1 seen: 2 was the least ever held, not 1."""
    world = World(LOSS)
    world.trader.fill(MNQ, 3)
    world.start(Restored(locks=(cooldown({MNQ: 3}),)))
    world.run(8)
    world.fates.draw_event = lambda event, usual: []
    world.trader.fill(MNQ, -1)
    world.run(0.2)
    world.trader.fill(MNQ, 1)
    world.run(0.2)
    world.fates.draw_event = lambda event, usual: [usual]
    world.trader.fill(MNQ, -1)
    world.run(30)
    assert world.net(MNQ) == 2
    assert dict(world.locks()[0].ceilings) == {MNQ: 2}
    assert closes(world) == []


def test_reduction_between_two_reads_lowers_the_ceiling():
    """Hub down: 3, then 1, then 3 again before the next read: closed back to 1."""
    world = World(LOSS)
    world.trader.fill(MNQ, 3)
    world.start(Restored(locks=(cooldown({MNQ: 3}),)))
    world.run(8)
    world.hub.lose()
    world.trader.fill(MNQ, -2)
    world.run(0.3)
    world.trader.fill(MNQ, 2)
    world.run(15)
    assert world.net(MNQ) == 1
    assert closes(world) == ["reduce MNQ by 2"]
