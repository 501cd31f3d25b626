"""Endpoints of contracts and bars."""

from __future__ import annotations

from typing import Any

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.model import SimContract
from risk_manager.gateway_sim.rest_context import Call, Endpoint
from risk_manager.gateway_sim.rest_reply import Reply, envelope

MAX_FOUND = 20
CONTRACT_NOT_FOUND = 1


def search(call: Call) -> Reply:
    """`Contract/search`: at most 20; `live` true lists nothing on simulated accounts (observed)."""
    text, live = call.fields.opt_text("searchText") or "", call.fields.flag("live")
    found = [] if live else call.venue.run(lambda e: e.search_contracts(text))
    return envelope(contracts=_rows(found[:MAX_FOUND]))


def search_by_id(call: Call) -> Reply:
    """`Contract/searchById`: finds expired months too."""
    contract_id = call.fields.text("contractId")
    found = call.venue.run(lambda e: e.contract(contract_id))
    if found is None:
        return envelope(CONTRACT_NOT_FOUND, contract=None)
    return envelope(contract=wire.contract(found))


def available(call: Call) -> Reply:
    """`Contract/available`: every active month; nothing for `live` true."""
    live = call.fields.flag("live")
    return envelope(contracts=_rows([] if live else call.venue.run(lambda e: e.contracts())))


def bars(call: Call) -> Reply:
    """`History/retrieveBars`: newest first; every member is required."""
    fields = call.fields
    fields.flag("live")
    wanted: dict[str, Any] = {
        "contract_id": fields.text("contractId"),
        "unit": fields.integer("unit"),
        "unit_number": fields.integer("unitNumber"),
        "start": fields.instant("startTime"),
        "end": fields.instant("endTime"),
        "limit": fields.integer("limit"),
        "include_partial": fields.flag("includePartialBar"),
    }
    answer, rows = call.venue.run(lambda e: e.bars(**wanted))
    payload = [wire.bar(row) for row in rows] if answer.code == 0 else None
    return envelope(answer.code, answer.message, bars=payload)


def _rows(items: list[SimContract]) -> list[dict[str, Any]]:
    return [wire.contract(item) for item in items]


ENDPOINTS = {
    "/api/Contract/search": Endpoint(search, "contracts"),
    "/api/Contract/searchById": Endpoint(search_by_id, "contract"),
    "/api/Contract/available": Endpoint(available, "contracts"),
    "/api/History/retrieveBars": Endpoint(bars, "bars", bars_limit=True),
}
