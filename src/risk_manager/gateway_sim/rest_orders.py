"""Endpoints that place, modify and cancel orders."""

from __future__ import annotations

from collections.abc import Callable

from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.fields import INT64_MAX, Fields
from risk_manager.gateway_sim.model import Answer, PlaceRequest
from risk_manager.gateway_sim.rest_context import Call, Endpoint
from risk_manager.gateway_sim.rest_reply import Reply, envelope, from_answer
from risk_manager.gateway_sim.venue_enums import PlaceCode

CLOSED_TEXT = "Trading is currently unavailable."


def place(call: Call) -> Reply:
    """`Order/place`: a refused order has a code, a text and usually an order id."""
    request = read_place(call.fields)
    answer = call.venue.run(lambda e: e.place(request))
    return place_reply(call, answer)


def modify(call: Call) -> Reply:
    """`Order/modify`: absolute prices; null keeps a member."""
    return from_answer(call.venue.run(modify_action(call.fields)))


def cancel(call: Call) -> Reply:
    """`Order/cancel`."""
    return from_answer(call.venue.run(cancel_action(call.fields)))


def place_reply(call: Call, answer: Answer) -> Reply:
    """Return the place envelope under the server's options for refusals."""
    options = call.options
    code, order_id = answer.code, answer.order_id
    if code == PlaceCode.ORDER_REJECTED and (answer.message or "").startswith(CLOSED_TEXT):
        code = options.closed_market_code
    if code != PlaceCode.SUCCESS and not options.reject_has_order_id:
        order_id = None
    return envelope(code, answer.message, orderId=order_id)


def read_place(fields: Fields, *, silent: bool = False) -> PlaceRequest:
    """Return the order that a body asks for."""
    stop_loss, take_profit = _bracket(fields, "stopLoss"), _bracket(fields, "takeProfit")
    return PlaceRequest(
        account_id=fields.integer("accountId"),
        contract_id=fields.text("contractId"),
        type=fields.integer("type"),
        side=fields.integer("side"),
        size=fields.integer("size"),
        limit_price=fields.opt_decimal("limitPrice"),
        stop_price=fields.opt_decimal("stopPrice"),
        trail_price=fields.opt_decimal("trailPrice"),
        custom_tag=fields.opt_text("customTag"),
        stop_loss_ticks=stop_loss[0],
        stop_loss_type=stop_loss[1],
        take_profit_ticks=take_profit[0],
        take_profit_type=take_profit[1],
        silent=silent,
    )


def modify_action(fields: Fields) -> Callable[[Exchange], Answer]:
    """Return what modifies the order that a body names."""
    account_id, order_id = fields.integer("accountId"), fields.integer("orderId", INT64_MAX)
    size = fields.opt_integer("size")
    limit_price = fields.opt_decimal("limitPrice")
    stop_price = fields.opt_decimal("stopPrice")
    trail_price = fields.opt_decimal("trailPrice")
    return lambda exchange: exchange.modify(
        account_id,
        order_id,
        size=size,
        limit_price=limit_price,
        stop_price=stop_price,
        trail_price=trail_price,
    )


def cancel_action(fields: Fields) -> Callable[[Exchange], Answer]:
    """Return what cancels the order that a body names."""
    account_id, order_id = fields.integer("accountId"), fields.integer("orderId", INT64_MAX)
    return lambda exchange: exchange.cancel(account_id, order_id)


def _bracket(fields: Fields, leg: str) -> tuple[int | None, int | None]:
    members = fields.opt_object(f"{leg}Bracket")
    if members is None:
        return None, None
    return members.integer("ticks"), members.integer("type")


ENDPOINTS = {
    "/api/Order/place": Endpoint(place, "orderId"),
    "/api/Order/modify": Endpoint(modify),
    "/api/Order/cancel": Endpoint(cancel),
}
