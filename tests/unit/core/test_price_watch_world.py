"""Prices that do not come: bars are asked for one at a time, whatever happens to the answers."""

from itertools import pairwise

from risk_manager.domain.requests import BrokerRequest, FetchLastBar, Priority
from risk_manager.simulation.fates import LOST_BEFORE, SERVED, Fate
from risk_manager.simulation.setup import ES, MNQ, NQ
from risk_manager.simulation.world import World

WIDE = {"max_contracts": {"limit": 50}}
HANGS_S = 10.0
"""How long the world lets a lost read hang."""


class Bars:
    """Notes when which bar was asked for, and loses the answer if told to."""

    def __init__(self, world: World, fate: Fate) -> None:
        self._world = world
        self._fate = fate
        self.asked: list[tuple[float, FetchLastBar]] = []
        world.fates.draw = self._draw

    def _draw(self, request: BrokerRequest) -> Fate:
        if not isinstance(request, FetchLastBar):
            return SERVED
        self.asked.append((self._world.t, request))
        return self._fate


def held_in_silence(fate: Fate) -> Bars:
    world = World(WIDE).start()
    bars = Bars(world, fate)
    for contract in (MNQ, ES, NQ):
        world.trader.fill(contract, 1)
    world.run(65)
    return bars


def test_one_bar_is_in_flight_when_none_is_answered():
    bars = held_in_silence(LOST_BEFORE)
    times = [t for t, _ in bars.asked]
    gaps = [after - before for before, after in pairwise(times)]
    assert len(times) >= 4
    assert min(gaps) >= HANGS_S
    assert {request.contract_id for _, request in bars.asked} == {MNQ, ES, NQ}


def test_answered_bars_are_asked_for_every_ten_seconds_and_contract():
    bars = held_in_silence(SERVED)
    for contract in (MNQ, ES, NQ):
        times = [t for t, request in bars.asked if request.contract_id == contract]
        assert 4 <= len(times) <= 6
    assert {request.priority for _, request in bars.asked} == {Priority.DISPLAY}


def test_s100_a_held_contract_without_quotes_has_its_hub_built_anew():
    """Old after ten seconds; after thirty the market hub is built anew, and again after thirty."""
    world = World(WIDE).start()
    world.trader.fill(MNQ, 1)
    world.run(0.1)
    since = world.t
    world.fates.draw_event = lambda event, usual: [] if event.kind == "quote" else [usual]
    world.run(9)
    assert [n for t, n in world.notices if "older than 10 s" in n.text] == []
    world.run(3)
    assert len([n for t, n in world.notices if "older than 10 s" in n.text]) == 1
    world.run_to(since + 28.5)
    assert world.hub.rebuilds == []
    world.run_to(since + 31.5)
    assert [request.hub for request in world.hub.rebuilds] == ["market"]
    world.run_to(since + 58.5)
    assert len(world.hub.rebuilds) == 1
    assert world.net(MNQ) == 1
