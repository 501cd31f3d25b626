"""When an order fills and at which price: decisions on one order and one quote, no effects."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from risk_manager.gateway_sim.market import touch, traded
from risk_manager.gateway_sim.market_model import SimQuote
from risk_manager.gateway_sim.model import SimOrder
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderType

LimitFill = Literal["through", "touch"]
LIMIT_LIKE = frozenset({OrderType.LIMIT, OrderType.JOIN_BID, OrderType.JOIN_ASK})


def is_marketable(order: SimOrder, quote: SimQuote, mode: LimitFill) -> bool:
    """Return whether the other side of the market already meets the order's limit price."""
    return _reaches_limit(order, touch(quote, order.side), mode)


def limit_crossed(order: SimOrder, quote: SimQuote, mode: LimitFill) -> bool:
    """Return whether the market trades, or is offered, through a resting limit price."""
    return _reaches_limit(order, traded(quote, order.side), mode) or is_marketable(
        order, quote, mode
    )


def arriving_limit_price(order: SimOrder, quote: SimQuote) -> Decimal:
    """Return the fill price of a marketable limit that has just come: never worse than it."""
    best = touch(quote, order.side)
    assert best is not None
    assert order.limit_price is not None
    pick = min if order.side is OrderSide.BID else max
    return pick(order.limit_price, best)


def stop_reached(order: SimOrder, quote: SimQuote) -> bool:
    """Return whether the market trades at or beyond the stop price."""
    price = traded(quote, order.side)
    if price is None or order.stop_price is None:
        return False
    if order.side is OrderSide.BID:
        return price >= order.stop_price
    return price <= order.stop_price


def stop_fill_price(order: SimOrder, quote: SimQuote, slip: Decimal) -> Decimal:
    """Return what a triggered stop gets: the traded price worsened by `slip` points (>= 0)."""
    price = traded(quote, order.side)
    assert price is not None
    return price + slip * order.side.sign


def trailed_stop(order: SimOrder, quote: SimQuote) -> Decimal | None:
    """Return the trailing stop's level after this quote; it only moves with the market."""
    price = traded(quote, order.side)
    if price is None or order.trail_price is None:
        return order.stop_price
    level = price + abs(order.trail_price) * order.side.sign
    if order.stop_price is None:
        return level
    pick = min if order.side is OrderSide.BID else max
    return pick(order.stop_price, level)


def _reaches_limit(order: SimOrder, price: Decimal | None, mode: LimitFill) -> bool:
    if price is None or order.limit_price is None:
        return False
    better = (order.limit_price - price) * order.side.sign
    return better > 0 or (mode == "touch" and better == 0)
