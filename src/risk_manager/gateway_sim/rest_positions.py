"""Endpoints of positions and fills."""

from __future__ import annotations

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.rest_context import Call, Endpoint
from risk_manager.gateway_sim.rest_reply import Reply, envelope, from_answer

ACCOUNT_NOT_FOUND = 1


def search_open(call: Call) -> Reply:
    """`Position/searchOpen`: one row per contract."""
    account_id = call.fields.integer("accountId")
    rows = call.venue.run(
        lambda e: None if e.account(account_id) is None else e.positions(account_id)
    )
    if rows is None:
        return envelope(ACCOUNT_NOT_FOUND, positions=None)
    return envelope(positions=[wire.position(call.style, row) for row in rows])


def close_contract(call: Call) -> Reply:
    """`Position/closeContract`: no order id in the answer."""
    account_id, contract_id = call.fields.integer("accountId"), call.fields.text("contractId")
    return from_answer(call.venue.run(lambda e: e.close_contract(account_id, contract_id)))


def partial_close(call: Call) -> Reply:
    """`Position/partialCloseContract`: its codes are shifted against closeContract's."""
    account_id, contract_id = call.fields.integer("accountId"), call.fields.text("contractId")
    size = call.fields.integer("size")
    return from_answer(call.venue.run(lambda e: e.partial_close(account_id, contract_id, size)))


def search_trades(call: Call) -> Reply:
    """`Trade/search`: newest first; `startTimestamp` may be left out, as Swagger has it."""
    account_id = call.fields.integer("accountId")
    start = call.fields.opt_instant("startTimestamp")
    end = call.fields.opt_instant("endTimestamp")
    rows = call.venue.run(
        lambda e: None if e.account(account_id) is None else e.trades(account_id, start, end)
    )
    if rows is None:
        return envelope(ACCOUNT_NOT_FOUND, trades=None)
    return envelope(trades=[wire.trade(call.style, row) for row in rows])


ENDPOINTS = {
    "/api/Position/searchOpen": Endpoint(search_open, "positions"),
    "/api/Position/closeContract": Endpoint(close_contract),
    "/api/Position/partialCloseContract": Endpoint(partial_close),
    "/api/Trade/search": Endpoint(search_trades, "trades"),
}
