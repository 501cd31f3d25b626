"""Events that wait for the first read after a reconnect, and what releases them."""

from risk_manager.domain.requests import TakeSnapshot
from tests.harness.fates import LOST_BEFORE, SERVED
from tests.harness.setup import CAP, MNQ
from tests.harness.virtual import World
from tests.harness.words import closes


def test_buffered_breach_is_enforced_although_the_read_hangs():
    """The hub is back, REST reads hang: what the feed says meanwhile waits a second at most."""
    world = World(CAP).start()
    world.hub.lose()
    world.run(0.1)
    world.fates.draw = lambda sent: LOST_BEFORE if isinstance(sent, TakeSnapshot) else SERVED
    world.hub.connect()
    world.run(0.2)
    world.trader.fill(MNQ, 6)
    world.run(1)
    assert closes(world) == ["close MNQ"]
