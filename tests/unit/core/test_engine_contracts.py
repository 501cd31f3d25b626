"""Contracts are looked up as soon as something of theirs is seen, even if no read is answered."""

import pytest

from risk_manager.domain.requests import BrokerRequest, FetchContract
from risk_manager.simulation.fates import LOST_BEFORE, SERVED, Fate
from risk_manager.simulation.setup import CAP, RTY
from risk_manager.simulation.trader import Trader
from risk_manager.simulation.world import World


def place(trader: Trader) -> None:
    trader.limit(RTY, 1, 1000)


def fill(trader: Trader) -> None:
    trader.fill(RTY, 1)


@pytest.mark.parametrize("act", [place, fill])
def test_the_contract_of_an_order_or_a_position_is_fetched_at_once(act):
    world = World(CAP).start()
    world.run(5)
    asked: list[tuple[float, str]] = []

    def draw(request: BrokerRequest) -> Fate:
        if isinstance(request, FetchContract):
            asked.append((world.t, request.contract_id))
            return SERVED
        return LOST_BEFORE

    world.fates.draw = draw
    since = world.t
    act(world.trader)
    world.run(0.5)
    ((at, contract_id),) = asked
    assert contract_id == RTY
    assert at - since < 0.1
