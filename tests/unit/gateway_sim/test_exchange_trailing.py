"""Trailing stops: a level on write, a distance on read."""

from __future__ import annotations

from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType
from tests.unit.gateway_sim.floor import BUY, SELL, Floor, dec


def test_trailing_stop_reads_back_a_distance_and_follows_the_market_one_way():
    floor = Floor()
    order_id = floor.order(OrderType.TRAILING_STOP, SELL, trail_price="19990")
    order = floor.get(order_id)
    assert (order.trail_distance, order.trail_price) == (40, dec("10"))
    for last, level in (("20020", "20010"), ("20015", "20010"), ("20030", "20020")):
        floor.price(last)
        assert floor.get(order_id).stop_price == dec(level)
    floor.price("20020")
    assert floor.get(order_id).filled_price == dec("20020")


def test_trailing_buy_stop_follows_down():
    floor = Floor()
    order_id = floor.order(OrderType.TRAILING_STOP, BUY, trail_price="20005")
    floor.price("19980")
    assert floor.get(order_id).stop_price == dec("19985")
    floor.price("19985")
    assert floor.get(order_id).status is OrderStatus.FILLED


def test_documented_trailing_example():
    floor = Floor()
    crude = "CON.F.US.CLE.F27"
    floor.exchange.set_price(crude, dec("70.50"))
    order_id = floor.order(OrderType.TRAILING_STOP, SELL, contract_id=crude, trail_price="70.44")
    assert floor.get(order_id).trail_distance == 6
    assert floor.get(order_id).trail_price == dec("0.06")


def test_the_longest_trail_is_1000_ticks():
    floor = Floor()
    longest = floor.order(OrderType.TRAILING_STOP, SELL, trail_price="19750")
    assert floor.get(longest).trail_distance == 1000
