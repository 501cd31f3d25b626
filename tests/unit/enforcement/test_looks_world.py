"""When broker truth is read: soon after an answer, shared, and never in a storm."""

from itertools import pairwise

import pytest

from risk_manager.domain.requests import ClosePosition
from risk_manager.simulation.fates import LOST_BEFORE, refused
from risk_manager.simulation.setup import CAPS, ES, LOSS, MNQ, NQ, RTY
from risk_manager.simulation.world import World
from tests.harness.words import closes


def looks_after(world: World, answered: float) -> list[float]:
    """How many seconds after `answered` each look began; reads with trades are polls."""
    looks = [at for at, request in world.broker.snapshots if request.trades_since is None]
    return [round(at - answered, 2) for at in looks if at > answered]


def test_looks_follow_an_answer_at_growing_distances():
    """0.25, 0.5, 1, 2, 5 s after the answer, then every 5 s, and at 10 s of hanging."""
    world = World(CAPS, close_delay_ms=30000).start()
    world.trader.fill(RTY, 1)
    world.run(25)
    (sent,) = [s for s in world.broker.sent if isinstance(s.request, ClosePosition)]
    looks = looks_after(world, sent.at + 0.01)
    for due in (0.25, 0.5, 1.0, 2.0, 5.0, 10.0):
        assert any(abs(at - due) < 0.06 for at in looks), (due, looks)
    assert closes(world) == ["close RTY"]


def test_refused_close_is_looked_at_at_once_and_repeated_late():
    world = World(CAPS).start()
    world.fates.script(ClosePosition, refused(5, "rejected"))
    world.trader.fill(RTY, 1)
    world.run(15)
    sent = [s for s in world.broker.sent if isinstance(s.request, ClosePosition)]
    assert looks_after(world, sent[0].at + 0.01)[0] == pytest.approx(0.25, abs=0.06)
    assert sent[1].at - sent[0].at > 9.9


@pytest.mark.parametrize("contracts", [1, 3])
def test_looks_do_not_grow_with_contracts(contracts):
    """One look serves all contracts of the account."""
    world = World(LOSS)
    for contract_id in (ES, NQ, RTY)[:contracts]:
        world.trader.fill(contract_id, 1)
    world.start()
    world.run(3)
    since = world.t
    world.trader.lose(MNQ, 600)
    world.run(9)
    assert len(looks_after(world, since)) <= 4


def test_stubborn_trader_causes_no_storm_of_requests():
    """Locked, a new entry every five seconds: closed each time, within the client's budget."""
    world = World(LOSS).start()
    world.trader.lose(MNQ, 600)
    world.run(100)
    calls, since = len(world.broker.calls), world.t
    for number in range(60):
        world.trader.market((MNQ, ES, NQ)[number % 3], 1)
        world.run(5)
    assert len(closes(world, since)) == 60
    assert (len(world.broker.calls) - calls) / 5 <= 130


def test_lost_close_ends_in_a_close_however_often_it_is_lost():
    """Pauses grow to ten seconds at most; the position goes with the first call that arrives."""
    world = World(CAPS).start()
    world.fates.script(ClosePosition, *[LOST_BEFORE] * 8)
    world.trader.fill(RTY, 1)
    world.run(120)
    sent = [s.at for s in world.broker.sent if isinstance(s.request, ClosePosition)]
    pauses = [later - at for at, later in pairwise(sent)]
    assert world.net(RTY) == 0
    assert len(sent) == 9
    assert max(pauses) < 17
    assert min(pauses) >= 2
