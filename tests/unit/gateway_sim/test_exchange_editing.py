"""Order/modify and Order/cancel."""

from __future__ import annotations

from typing import Any

import pytest

from risk_manager.gateway_sim.venue_enums import EditCode, OrderStatus, OrderType
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, SELL, START, Floor, dec

LIMIT = OrderType.LIMIT


def test_cancel_ends_the_order_once():
    floor = Floor()
    order_id = floor.order(LIMIT, BUY, limit_price="19990")
    floor.wait()
    floor.events()
    assert floor.exchange.cancel(ACCOUNT, order_id).code == 0
    (event,) = floor.events()
    assert (event.data.status, event.data.updated) == (OrderStatus.CANCELLED, floor.exchange.now)
    assert floor.exchange.cancel(ACCOUNT, order_id).code == EditCode.ORDER_NOT_FOUND
    floor.price("19000")
    assert floor.net() == 0


def test_codes_common_to_modify_and_cancel():
    floor = Floor(accounts=2)
    resting = floor.order(LIMIT, BUY, limit_price="19990")
    pending = floor.order(OrderType.MARKET, BUY)
    for call in (floor.exchange.cancel, floor.exchange.modify):
        assert call(99, resting).code == EditCode.ACCOUNT_NOT_FOUND
        assert call(ACCOUNT, 5).code == EditCode.ORDER_NOT_FOUND
        assert call(ACCOUNT + 1, resting).code == EditCode.ORDER_NOT_FOUND
        assert call(ACCOUNT, pending).code == EditCode.PENDING
    floor.exchange.set_account(ACCOUNT, follower=True)
    refused = floor.exchange.cancel(ACCOUNT, resting)
    assert refused.code == EditCode.ACCOUNT_REJECTED
    assert refused.message == "Follower accounts cannot cancel orders"
    assert floor.exchange.modify(ACCOUNT, resting).code == EditCode.ACCOUNT_REJECTED
    assert floor.get(resting).status is OrderStatus.OPEN


def test_modify_changes_what_is_given_and_keeps_the_rest():
    floor = Floor()
    order_id = floor.order(OrderType.STOP_LIMIT, BUY, 3, stop_price="20010", limit_price="20012")
    floor.wait()
    floor.events()
    assert floor.exchange.modify(ACCOUNT, order_id, stop_price=dec("20011")).code == 0
    order = floor.get(order_id)
    assert (order.size, order.stop_price, order.limit_price) == (3, dec("20011"), dec("20012"))
    assert order.updated == floor.exchange.now > START
    assert floor.exchange.modify(ACCOUNT, order_id, size=1, limit_price=dec("20020")).code == 0
    assert (floor.get(order_id).size, floor.get(order_id).limit_price) == (1, dec("20020"))
    assert [e.data.size for e in floor.events()] == [3, 1]


@pytest.mark.parametrize(
    ("kind", "prices", "change", "text"),
    [
        (LIMIT, {"limit_price": "19990"}, {"limit_price": "19990.1"},
         "Invalid limit price. Price is not aligned to tick size."),
        (OrderType.STOP, {"stop_price": "20010"}, {"stop_price": "20010.1"},
         "Invalid stop price. Price is not aligned to tick size."),
        (OrderType.TRAILING_STOP, {"trail_price": "20010"}, {"trail_price": "20010.1"},
         "Invalid trail price. Price is not aligned to tick size."),
        (OrderType.TRAILING_STOP, {"trail_price": "20010"}, {"trail_price": "20000"},
         "Trail Distance not set."),
        (LIMIT, {"limit_price": "19990"}, {"stop_price": "19990"}, "Order has no stop price."),
        (OrderType.STOP, {"stop_price": "20010"}, {"limit_price": "1"},
         "Order has no limit price."),
        (LIMIT, {"limit_price": "19990"}, {"size": 0}, "Invalid order size (0)"),
    ],
)  # fmt: skip
def test_modify_refusals_are_code_3_and_change_nothing(kind, prices, change, text):
    floor = Floor()
    order_id = floor.order(kind, BUY, 2, **prices)
    before = floor.get(order_id)
    floor.events()
    wanted: Any = {k: v if k == "size" else dec(v) for k, v in change.items()}
    answer = floor.exchange.modify(ACCOUNT, order_id, **wanted)
    assert (answer.code, answer.message) == (EditCode.REJECTED, text)
    assert floor.get(order_id) == before
    assert floor.events() == []


def test_modify_of_a_trail_has_no_maximum_and_moves_the_level():
    floor = Floor()
    order_id = floor.order(OrderType.TRAILING_STOP, SELL, trail_price="19990")
    assert floor.exchange.modify(ACCOUNT, order_id, trail_price=dec("19000")).code == 0
    order = floor.get(order_id)
    assert (order.trail_distance, order.trail_price) == (4000, dec("1000"))
    assert order.stop_price == dec("19000")


def test_modify_of_a_trail_needs_a_last_price():
    floor = Floor()
    order_id = floor.order(OrderType.TRAILING_STOP, SELL, trail_price="19990")
    floor.price("0", "20000", "20000.25")
    answer = floor.exchange.modify(ACCOUNT, order_id, trail_price=dec("19980"))
    assert (answer.code, answer.message) == (3, "Cannot trail without a last price")


def test_limit_moved_through_the_market_fills_after_the_delay():
    floor = Floor()
    order_id = floor.order(LIMIT, BUY, limit_price="19990")
    floor.exchange.modify(ACCOUNT, order_id, limit_price=dec("20001"))
    floor.wait(8)
    assert floor.get(order_id).filled_price == dec("20000.25")


def test_size_cannot_go_to_what_is_already_filled():
    floor = Floor(partial_lot=2)
    order_id = floor.order(LIMIT, BUY, 4, limit_price="19990")
    floor.price("19989")
    assert floor.exchange.modify(ACCOUNT, order_id, size=2).code == EditCode.REJECTED
    assert floor.exchange.modify(ACCOUNT, order_id, size=3).code == 0
    floor.wait()
    assert floor.net() == 3


def test_suspended_child_takes_no_price_but_can_be_cancelled():
    floor = Floor()
    entry = floor.order(
        LIMIT, BUY, limit_price="19990", stop_loss_ticks=-40, stop_loss_type=OrderType.STOP
    )
    answer = floor.exchange.modify(ACCOUNT, entry + 1, stop_price=dec("19980"))
    assert (answer.code, answer.message) == (EditCode.REJECTED, "Order is suspended.")
    assert floor.exchange.cancel(ACCOUNT, entry + 1).code == 0
    floor.price("19989")
    floor.wait()
    assert floor.exchange.open_orders(ACCOUNT) == []


def test_silent_order_hides_its_own_events_but_not_its_fill():
    floor = Floor()
    floor.market(BUY, silent=True)
    assert [(e.kind, e.silent) for e in floor.events()] == [
        ("order", True), ("order", True), ("trade", False), ("position", False), ("account", False),
    ]  # fmt: skip


def test_update_timestamp_moves_on_a_fill_only_with_the_switch():
    for frozen in (True, False):
        floor = Floor(frozen_update_timestamp=frozen)
        order = floor.get(floor.market(BUY))
        assert (order.updated == order.created) is frozen
