"""RULE-012's own desks at their edges: positions that are gone, prices that turn, late answers."""

from decimal import Decimal

import pytest

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import OrderId, RequestId
from risk_manager.domain.orders import Side
from risk_manager.domain.requests import PlaceStop
from risk_manager.simulation.fates import Fate, Way
from risk_manager.simulation.setup import ACCOUNT, MNQ
from tests.harness.managed import TRAIL, managing
from tests.harness.stops import PRICE


def test_a_stop_that_is_on_its_way_when_the_position_goes_is_taken_back():
    world = managing()
    world.world.fates.script(PlaceStop, Fate(Way.SERVED, back_ms=3000))
    world.price(2.50, wait=1)
    world.trader.fill(MNQ, -1)
    world.world.run(20)
    assert (world.world.net(MNQ), world.book()) == (0, [])
    assert world.guarantees.problems == []


@pytest.mark.parametrize("way", [Way.LOST_AFTER, Way.LOST_BEFORE])
def test_a_place_that_is_still_looked_for_when_the_position_goes_is_found_later(way):
    world = managing()
    world.world.fates.script(PlaceStop, Fate(way))
    world.price(2.50, wait=5.2)
    world.trader.fill(MNQ, -1)
    world.world.run(20)
    assert (world.world.net(MNQ), world.book()) == (0, [])


def test_the_answer_to_a_place_of_an_engine_that_was_rebuilt_places_nothing():
    world = managing()
    request = PlaceStop(
        RequestId(10_000), ACCOUNT, MNQ, Side.SELL, 1, Decimal(PRICE), "RM012-77-1"
    )  # fmt: skip
    mono = world.world.time.mono
    world.world.deliver(
        ActionAnswered(request, 200, True, 0, None, None, None, mono, mono, OrderId(5))
    )
    world.world.run(5)
    assert (world.words(), world.book()) == ([], [])


@pytest.mark.parametrize("above", [3, 4])
def test_a_price_that_turns_before_the_look_answers_places_nothing_behind_the_market(above):
    world = managing(rules=TRAIL)
    world.price(above + 2.5, wait=0.001)
    world.price(-5, wait=10)
    assert all(price < Decimal(above + 3) for _, price in world.book())
    assert world.guarantees.problems == []
