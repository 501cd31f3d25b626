"""Why an order is refused: the codes and texts of Order/place (gateway reference, 1.5).

Texts marked "ours" are unknown on the real service and worded like their documented neighbours.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from risk_manager.gateway_sim.decimals import is_aligned
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.market import is_print, touch
from risk_manager.gateway_sim.model import PlaceRequest, SimAccount, SimContract
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderType, PlaceCode

CLOSED_TEXT = "Trading is currently unavailable. The instrument is not in an active trading status."
POSITION_BRACKETS_TEXT = (
    "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets."
)
NO_DISTANCE_TEXT = "Trail Distance not set."
NO_LAST_TEXT = "Cannot trail without a last price"
MAX_TRAIL_TICKS = 1000
_TYPE_NAMES = {
    OrderType.UNKNOWN: "Unknown",
    OrderType.LIMIT: "Limit",
    OrderType.MARKET: "Market",
    OrderType.STOP_LIMIT: "StopLimit",
    OrderType.STOP: "Stop",
    OrderType.TRAILING_STOP: "TrailingStop",
    OrderType.JOIN_BID: "JoinBid",
    OrderType.JOIN_ASK: "JoinAsk",
}
_STOP_TYPES = (OrderType.STOP, OrderType.TRAILING_STOP)


class Refusal(NamedTuple):
    """A code of Order/place and its text, None where the gateway sends none."""

    code: PlaceCode
    text: str | None


def refuse(
    desk: Desk, request: PlaceRequest, account: SimAccount, contract: SimContract
) -> Refusal | None:
    """Return why the order is refused, None if it is accepted."""
    if account.follower:
        return Refusal(PlaceCode.ACCOUNT_REJECTED, None)
    if not account.can_trade:
        return Refusal(PlaceCode.ACCOUNT_VIOLATION, None)
    if not contract.active:
        return Refusal(PlaceCode.CONTRACT_NOT_ACTIVE, None)
    if not desk.trades_now(contract):
        return Refusal(PlaceCode.ORDER_REJECTED, CLOSED_TEXT)
    text = (
        _plain_text(desk, request)
        or _price_text(desk, request, contract)
        or _bracket_text(request, account)
    )
    return None if text is None else Refusal(PlaceCode.ORDER_REJECTED, text)


def trail_ticks(last: Decimal, trail_price: Decimal, tick: Decimal) -> int:
    """Return the distance of a trailing stop in whole ticks, cut off (documented)."""
    return int(abs(last - trail_price) / tick)


def price_text(name: str, price: Decimal | None, contract: SimContract) -> str | None:
    """Return what is wrong with a price a request must have; `name` is its name in the text."""
    if price is None:
        return f"{name.capitalize()} price not set."  # ours
    if not is_aligned(price, contract.tick_size):
        # Documented for trail prices; ours for the others.
        return f"Invalid {name} price. Price is not aligned to tick size."
    return None


def _plain_text(desk: Desk, request: PlaceRequest) -> str | None:
    """Check what needs no price: type, size and tag (the three texts are ours)."""
    if request.type not in set(OrderType) - {OrderType.UNKNOWN}:
        return f"Invalid order type ({request.type})"
    if request.size < 1:
        return f"Invalid order size ({request.size})"
    tag = request.custom_tag
    if tag is not None and desk.orders.tag_in_use(request.account_id, tag):
        return f"Custom tag is already in use ({tag})"
    return None


def _price_text(desk: Desk, request: PlaceRequest, contract: SimContract) -> str | None:
    """Check the prices the order's type needs, and that the market has one where it must."""
    kind = OrderType(request.type)
    if kind in (OrderType.LIMIT, OrderType.STOP_LIMIT):
        text = price_text("limit", request.limit_price, contract)
        if text is not None or kind is OrderType.LIMIT:
            return text
    if kind in (OrderType.STOP, OrderType.STOP_LIMIT):
        return price_text("stop", request.stop_price, contract)
    if kind is OrderType.TRAILING_STOP:
        return _trail_text(desk, request, contract)
    # Market and join orders take their price from the market.
    no_price = touch(desk.quote(contract), OrderSide(request.side)) is None
    return CLOSED_TEXT if no_price else None


def _trail_text(desk: Desk, request: PlaceRequest, contract: SimContract) -> str | None:
    if request.trail_price is None:
        return NO_DISTANCE_TEXT
    text = price_text("trail", request.trail_price, contract)
    if text is not None:
        return text
    quote = desk.quote(contract)
    if not is_print(quote) or quote.last is None:
        return NO_LAST_TEXT
    ticks = trail_ticks(quote.last, request.trail_price, contract.tick_size)
    if ticks == 0:
        return NO_DISTANCE_TEXT
    if ticks > MAX_TRAIL_TICKS:
        return f"Trail Distance exceeds maximum ({MAX_TRAIL_TICKS})"
    return None


def _bracket_text(request: PlaceRequest, account: SimAccount) -> str | None:
    """Check mode, types and signs of the bracket; mirrored wordings are inferred."""
    stop, target = request.stop_loss_ticks, request.take_profit_ticks
    if stop is None and target is None:
        return None
    if not account.auto_oco:
        return POSITION_BRACKETS_TEXT
    sign = OrderSide(request.side).sign
    if stop is not None:
        if request.stop_loss_type not in _STOP_TYPES:
            return f"Invalid stop loss type ({_type_name(request.stop_loss_type)})"
        if stop * sign >= 0:
            return _sign_text("stop loss", stop, -sign, sign)
    if target is not None:
        if request.take_profit_type != OrderType.LIMIT:
            return f"Invalid take profit type ({_type_name(request.take_profit_type)})"
        if target * sign <= 0:
            return _sign_text("take profit", target, sign, sign)
    return None


def _sign_text(leg: str, ticks: int, wanted: int, sign: int) -> str:
    """Return the text for ticks of the wrong sign; `sign` is +1 for a buying entry."""
    relation = "greater" if wanted > 0 else "less"
    direction = "longing" if sign > 0 else "shorting"
    return f"Invalid {leg} ticks ({ticks}). Ticks should be {relation} than zero when {direction}."


def _type_name(kind: int | None) -> str:
    known = kind in set(OrderType)
    return _TYPE_NAMES[OrderType(kind) if known and kind is not None else OrderType.UNKNOWN]
