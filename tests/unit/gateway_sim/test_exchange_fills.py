"""Order types: when they fill and at which price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, MNQ, SELL, Floor, dec

LIMIT, STOP = OrderType.LIMIT, OrderType.STOP


def test_market_order_is_pending_then_fills_within_6_to_8_ms_at_the_touch():
    for seed in range(10):
        floor = Floor(seed=seed)
        order_id = floor.order(OrderType.MARKET, BUY, 2, custom_tag="t")
        assert floor.get(order_id).status is OrderStatus.PENDING
        floor.wait(5)
        assert floor.net() == 0
        floor.wait(3)
        order = floor.get(order_id)
        assert (order.status, order.fill_volume) == (OrderStatus.FILLED, 2)
        assert order.filled_price == dec("20000.25")
        kinds = [(e.kind, getattr(e.data, "status", None)) for e in floor.events()]
        assert kinds == [("order", 6), ("order", 2), ("trade", None), ("position", None),
                         ("account", None)]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "price", "fills"),
    [("through", "19990", False), ("through", "19989.75", True),
     ("touch", "19990", True), ("touch", "19990.25", False)],
)  # fmt: skip
def test_resting_buy_limit_fills_through_or_on_touch_at_its_limit(mode, price, fills):
    floor = Floor(limit_fill=mode)
    order_id = floor.order(LIMIT, BUY, limit_price="19990")
    floor.price(price)
    order = floor.get(order_id)
    assert order.status is (OrderStatus.FILLED if fills else OrderStatus.OPEN)
    assert order.filled_price == (dec("19990") if fills else None)


def test_resting_sell_limit_mirrors():
    floor = Floor()
    order_id = floor.order(LIMIT, SELL, limit_price="20010")
    floor.price("20010")
    assert floor.net() == 0
    floor.price("20010.25")
    assert floor.net() == -1
    assert floor.get(order_id).filled_price == dec("20010")


def test_marketable_limit_fills_after_the_delay_at_the_better_price():
    floor = Floor()
    order_id = floor.order(LIMIT, BUY, limit_price="20005")
    assert floor.get(order_id).status is OrderStatus.OPEN
    floor.wait(8)
    assert floor.get(order_id).filled_price == dec("20000.25")


def test_limit_fills_when_only_the_offer_comes_through():
    floor = Floor()
    floor.order(LIMIT, BUY, limit_price="19990")
    floor.exchange.set_price(MNQ, None, dec("19989"), dec("19989.25"))
    assert floor.net() == 1


@pytest.mark.parametrize(
    ("side", "stop", "miss", "hit"),
    [(BUY, "20010", "20009.75", "20010"), (SELL, "19990", "19990.25", "19990"),
     (BUY, "20010", "20009.75", "20025"), (SELL, "19990", "19990.25", "19970")],
)  # fmt: skip
def test_stop_triggers_at_its_price_or_beyond_and_fills_where_the_market_trades(
    side, stop, miss, hit
):
    floor = Floor()
    order_id = floor.order(STOP, side, stop_price=stop)
    floor.wait()
    floor.price(miss)
    assert floor.get(order_id).status is OrderStatus.OPEN
    floor.price(hit)
    order = floor.get(order_id)
    assert order.status is OrderStatus.FILLED
    assert order.filled_price == dec(hit)
    assert order.stop_price == dec(stop)


def test_stop_slips_by_0_to_2_ticks_for_the_worse():
    seen: set[Decimal] = set()
    for seed in range(30):
        floor = Floor(seed=seed, stop_slip_ticks=2)
        order_id = floor.order(STOP, SELL, stop_price="19990")
        floor.price("19990")
        price = floor.get(order_id).filled_price
        assert price is not None
        seen.add(price)
    assert seen == {dec("19990"), dec("19989.75"), dec("19989.50")}


def test_stop_limit_becomes_a_limit_when_its_stop_is_reached():
    floor = Floor()
    order_id = floor.order(OrderType.STOP_LIMIT, BUY, stop_price="20010", limit_price="20012")
    floor.price("20020")
    assert floor.get(order_id).status is OrderStatus.OPEN, "triggered above its limit"
    floor.price("20012")
    assert floor.net() == 0, "at the limit is not through it"
    floor.price("20011")
    assert floor.get(order_id).filled_price == dec("20012")


def test_stop_limit_that_is_marketable_at_its_trigger_fills_at_the_market():
    floor = Floor()
    order_id = floor.order(OrderType.STOP_LIMIT, SELL, stop_price="19990", limit_price="19980")
    floor.price("19988")
    assert floor.get(order_id).filled_price == dec("19988")


@pytest.mark.parametrize(
    ("kind", "side", "limit"),
    [(OrderType.JOIN_BID, BUY, "20000"), (OrderType.JOIN_ASK, SELL, "20000.25")],
)
def test_join_rests_at_the_best_price(kind, side, limit):
    floor = Floor()
    order_id = floor.order(kind, side)
    floor.wait()
    order = floor.get(order_id)
    assert (order.status, order.limit_price) == (OrderStatus.OPEN, dec(limit))


def test_partial_fills_are_status_1_with_a_mean_price():
    floor = Floor(partial_lot=2)
    order_id = floor.order(LIMIT, BUY, 5, limit_price="19990")
    floor.price("19980")
    order = floor.get(order_id)
    assert (order.status, order.fill_volume) == (OrderStatus.OPEN, 2)
    floor.wait()
    order = floor.get(order_id)
    assert (order.status, order.fill_volume) == (OrderStatus.FILLED, 5)
    assert [t.size for t in floor.exchange.trades(ACCOUNT)] == [1, 2, 2]


def test_partly_filled_market_order_gets_each_lot_at_its_own_price():
    floor = Floor(partial_lot=1)
    order_id = floor.order(OrderType.MARKET, BUY, 2)
    while floor.get(order_id).fill_volume == 0:
        floor.wait(1)
    floor.price("20010")
    floor.wait()
    assert floor.get(order_id).filled_price == dec("20005.25")


def test_zero_last_beside_a_live_bid_is_no_trade():
    floor = Floor()
    order_id = floor.order(STOP, SELL, stop_price="19990")
    floor.price("0", "20000", "20000.25")
    assert floor.get(order_id).status is OrderStatus.OPEN
    quote = floor.exchange.quote(MNQ)
    assert quote is not None
    assert quote.last == 0
    floor.price("-0.25")
    assert floor.get(order_id).filled_price == dec("-0.25"), "negative prices are real"


@pytest.mark.parametrize(("last", "bid", "ask"), [("20000.1", None, None), ("1", "3", "2")])
def test_impossible_price_raises_and_changes_nothing(last, bid, ask):
    floor = Floor()
    with pytest.raises(ValueError, match="is "):
        floor.price(last, bid, ask)
    quote = floor.exchange.quote(MNQ)
    assert quote is not None
    assert quote.last == dec("20000")
    with pytest.raises(KeyError):
        floor.exchange.set_price("nonsense", dec("1"))
