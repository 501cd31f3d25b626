"""When broker truth is read on the clock, and what an answer older than an event may not do."""

from itertools import pairwise

import pytest

from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import SERVED, Fate, Way
from risk_manager.simulation.setup import ACCOUNT, CAP, LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, did

REFUSED_READ = Fate(Way.REFUSED, 7)


def gaps(world, since):
    """Seconds between the reads that began at or after `since`, to a tenth."""
    begun = [at for at, _ in world.broker.snapshots if at >= since]
    return [round(later - one, 1) for one, later in pairwise(begun)]


def test_quiet_open_and_after_a_lock_the_polls_keep_their_intervals():
    world = World(LOSS).start()
    world.run(200)
    assert set(gaps(world, 60)) == {60.0}
    world.trader.fill(MNQ, 1)
    world.run(1)
    opened = world.t
    world.run(40)
    assert gaps(world, opened) == [pytest.approx(5, abs=0.2)] * len(gaps(world, opened))
    assert len(gaps(world, opened)) >= 6
    world.trader.lose(MNQ, 600)
    world.run(10)
    assert world.net(MNQ) == 0
    flat = world.t
    world.run(50)
    assert max(gaps(world, flat)) <= 5.2
    world.run(30)
    calm = world.t
    world.run(100)
    assert set(gaps(world, calm)) == {15.0}


def test_failing_polls_back_off_and_a_breach_is_closed_at_once_meanwhile():
    world = World(CAP).start()
    world.run(200)
    failing = world.t
    world.fates.draw = lambda request: REFUSED_READ if isinstance(request, TakeSnapshot) else SERVED
    world.run(200)
    assert gaps(world, failing)[:5] == [5.0, 10.0, 20.0, 30.0, 30.0]
    since = world.t
    world.trader.fill(MNQ, 6)
    world.run(0.1)
    assert closes(world, since) == ["close MNQ"]
    world.fates.draw = lambda _request: SERVED
    world.run(90)
    good = world.t
    world.run(200)
    assert set(gaps(world, good)) == {60.0}


@pytest.mark.parametrize("net", [0, 2, 5])
def test_an_answer_asked_for_before_an_event_does_not_undo_it(net):
    """The positions are read, the trader changes them, and only then does the answer arrive."""
    world = World(CAP).start()
    world.trader.fill(MNQ, 3)
    world.run(10)
    slow = Fate(back_ms=900)
    world.fates.draw = lambda request: slow if isinstance(request, TakeSnapshot) else SERVED
    reads = len(world.broker.snapshots)
    while len(world.broker.snapshots) == reads:
        world.run(0.1)
    world.run(2.2)  # trades and orders are in, the positions are on their way back
    since = world.t
    if net != 3:
        world.trader.fill(MNQ, net - 3)
    world.run(1.0)
    guard = world.running.guards[ACCOUNT]
    known = guard.account.positions.get(MNQ)
    assert (known.size if known else 0) == net
    assert guard.account.exposure.exposure(MNQ) == net
    world.run(20)
    assert did(world, since) == []
