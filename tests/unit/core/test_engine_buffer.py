"""Events that wait for the first read after a reconnect, and what releases them."""

from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import LOST_BEFORE, SERVED
from risk_manager.simulation.setup import LOSS, MNQ
from risk_manager.simulation.world import World


def test_locked_account_is_held_although_the_read_hangs():
    """The hub is back, REST reads hang: what the feed says meanwhile waits a second at most."""
    world = World(LOSS).start()
    world.run(5)
    world.trader.lose(MNQ, 600)
    world.run(5)
    world.hub.lose()
    world.run(0.1)
    world.fates.draw = lambda sent: LOST_BEFORE if isinstance(sent, TakeSnapshot) else SERVED
    world.hub.connect()
    world.run(0.2)
    world.trader.fill(MNQ, 6)
    world.run(1)
    assert world.net(MNQ) == 0
