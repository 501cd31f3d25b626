"""A further fill of the order that caused a pause may stay, also while a reduction waits."""

import pytest

from risk_manager.domain.events import PositionChanged, TradeExecuted
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import SERVED, Fate
from risk_manager.simulation.setup import ACCOUNT, MNQ
from risk_manager.simulation.world import World
from risk_manager.state.writes import PutIntent
from tests.harness.words import report
from tests.support.make import trade

RULES = {"trade_frequency_limit": {"limits": {"per_minute": 1}}}


def fill(world, order, size, held):
    """A fill of an order, as the feed tells it, and the size it leaves."""
    world.run(0.001)
    done = trade("MNQ Z26", size, at=world.time.now, order=order, account=ACCOUNT)
    assert done.contract_id == MNQ
    world.deliver(TradeExecuted(done))
    world.deliver(PositionChanged(report(world, MNQ, held, 7)))


@pytest.mark.parametrize(("last", "target"), [(2, 3), (3, 2)])
def test_the_reduction_takes_that_much_less(last, target):
    """Order 2 caused the pause; order 3 is one too many."""
    world = World(RULES).start()
    world.fates.draw = lambda call: Fate(back_ms=3000) if isinstance(call, TakeSnapshot) else SERVED
    fill(world, 1, 1, 1)
    fill(world, 2, 1, 2)
    (lock,) = world.locks()
    assert dict(lock.ceilings) == {MNQ: 2}
    fill(world, 3, 1, 3)
    action = world.running.guards[ACCOUNT].enforcer.desk.actions[MNQ]
    assert (action.target, action.request) == (2, None)
    before = len([row for _, row in world.rows if isinstance(row, PutIntent)])
    fill(world, last, 1, 4)
    assert (action.target, action.record.to_size) == (target, target)
    rows = [row for _, row in world.rows if isinstance(row, PutIntent)]
    assert len(rows) - before == (1 if last == 2 else 0)
