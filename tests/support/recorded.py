"""Recorded messages with other values: the members are the venue's own, none is made up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from risk_manager.api.translate import translate_quote, translate_user
from risk_manager.api.translate_rows import contract_row
from risk_manager.domain.contracts import Contract
from risk_manager.domain.events import Event
from tests.unit.api.wire_samples import fixtures, raw


def recorded(name: str, **values: Any) -> Event:
    """The event a recorded hub message makes, with some members' values replaced.

    Instants are written as the venue writes them.
    """
    fixture = fixtures(name)[name]
    arguments = msgspec.json.decode(fixture.payload)["arguments"]
    row = arguments[-1].get("data", arguments[-1])
    assert values.keys() <= row.keys() | {"contractId"}, "not a member of the recorded message"
    quoted = fixture.target == "GatewayQuote"
    if quoted:
        arguments[0] = values.pop("contractId")
    row.update({key: _wire(value) for key, value in values.items()})
    arguments = [raw(argument) for argument in arguments]
    events = translate_quote(arguments) if quoted else translate_user(fixture.target, arguments)
    (event,) = events
    return event


def recorded_contract(code: str, contract_id: str) -> Contract:
    """The data of a product as Contract/search listed it, for another expiry."""
    name = "rest-contract-search-response"
    rows = msgspec.json.decode(fixtures(name)[name].payload)["contracts"]
    (row,) = [row for row in rows if row["id"].split(".")[3] == code]
    return contract_row(raw({**row, "id": contract_id}))


def _wire(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
