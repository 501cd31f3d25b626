"""Our requests as REST calls: path, JSON body, time limit.

Decimals are written as exact JSON numbers. Time limits: close and reduce 2 s, so that a hanging
close is read back soon; place, cancel and modify 5 s; reads 10 s; bars 5 s, after which a newer one
is worth more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import msgspec

from risk_manager.api.enums import BAR_UNIT_MINUTE, SIDE_NUMBERS, STOP_ORDER, SUSPENDED
from risk_manager.domain.ids import AccountId
from risk_manager.domain.requests import (
    ActionRequest,
    CancelOrder,
    ClosePosition,
    FetchContract,
    FetchLastBar,
    ModifyOrder,
    PlaceStop,
    Priority,
    ReducePosition,
    TakeSnapshot,
)

PAGE_SIZE: Final = 100
"""Rows: the most that Order/v2/query gives in one answer (observed, August 2026)."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds a call may take, connecting included.

    `look` is for the reads that end a close: one that hangs holds up the next close, and flat
    within ten seconds of a fault's end must stay possible. The polls have the patience of `read`.
    """

    close: float = 2.0
    order: float = 5.0
    read: float = 10.0
    history: float = 5.0
    look: float = 5.0

    def of(self, request: TakeSnapshot) -> Timeouts:
        """Return the limits for one snapshot."""
        awaited = request.priority is Priority.CONFIRM
        return replace(self, read=min(self.look, self.read)) if awaited else self


class Call(msgspec.Struct, frozen=True):
    """One REST call; an empty body is sent as none. `is_history` draws on the bars' budget."""

    path: str
    body: bytes
    timeout_s: float
    is_history: bool = False
    method: str = "POST"


_JSON: Final = msgspec.json.Encoder(decimal_format="number")


def action_call(request: ActionRequest, timeouts: Timeouts) -> Call:
    """Return the changing call of a request."""
    account_id = request.account_id
    match request:
        case ClosePosition():
            path, limit = "/api/Position/closeContract", timeouts.close
            body: dict[str, object] = {"accountId": account_id, "contractId": request.contract_id}
        case CancelOrder():
            path, limit = "/api/Order/cancel", timeouts.order
            body = {"accountId": account_id, "orderId": request.order_id}
        case ReducePosition():
            path, limit = "/api/Position/partialCloseContract", timeouts.close
            body = {"accountId": account_id, "contractId": request.contract_id}
            body["size"] = request.size
        case ModifyOrder():
            path, limit = "/api/Order/modify", timeouts.order
            body = {"accountId": account_id, "orderId": request.order_id, **_changes(request)}
        case PlaceStop():
            path, limit = "/api/Order/place", timeouts.order
            body = {"accountId": account_id, "contractId": request.contract_id, **_stop(request)}
    return Call(path, _JSON.encode(body), limit)


def trades_call(account_id: AccountId, since: datetime, timeouts: Timeouts) -> Call:
    """Return Trade/search from `since` on, without an end."""
    body = {"accountId": account_id, "startTimestamp": _instant(since)}
    return Call("/api/Trade/search", _JSON.encode(body), timeouts.read)


def orders_call(account_id: AccountId, timeouts: Timeouts) -> Call:
    """Return Order/searchOpen, which leaves suspended orders out."""
    return Call("/api/Order/searchOpen", _JSON.encode({"accountId": account_id}), timeouts.read)


def suspended_call(account_id: AccountId, offset: int, timeouts: Timeouts) -> Call:
    """Return Order/v2/query for suspended orders, skipping `offset` rows."""
    body = {
        "filter": {"accountId": account_id, "statuses": [SUSPENDED]},
        "pageSize": PAGE_SIZE,
        "pageOffset": offset,
    }
    return Call("/api/Order/v2/query", _JSON.encode(body), timeouts.read)


def positions_call(account_id: AccountId, timeouts: Timeouts) -> Call:
    """Return Position/searchOpen."""
    return Call("/api/Position/searchOpen", _JSON.encode({"accountId": account_id}), timeouts.read)


def accounts_call(timeouts: Timeouts, *, only_active: bool) -> Call:
    """Return Account/search."""
    return Call(
        "/api/Account/search", _JSON.encode({"onlyActiveAccounts": only_active}), timeouts.read
    )


def contract_call(request: FetchContract, timeouts: Timeouts) -> Call:
    """Return Contract/searchById, which also knows expired months."""
    body = {"contractId": request.contract_id}
    return Call("/api/Contract/searchById", _JSON.encode(body), timeouts.read)


def last_bar_call(request: FetchLastBar, timeouts: Timeouts) -> Call:
    """Return History/retrieveBars for the newest 1-minute bar, even if it is not complete.

    `live` is false: with true the venue lists nothing on simulated accounts (observed).
    """
    body = {
        "contractId": request.contract_id,
        "live": False,
        "startTime": _instant(request.start),
        "endTime": _instant(request.end),
        "unit": BAR_UNIT_MINUTE,
        "unitNumber": 1,
        "limit": 1,
        "includePartialBar": True,
    }
    return Call("/api/History/retrieveBars", _JSON.encode(body), timeouts.history, is_history=True)


def login_call(user_name: str, api_key: str, timeout_s: float) -> Call:
    """Return Auth/loginKey; its body holds the key and must never be logged."""
    body = {"userName": user_name, "apiKey": api_key}
    return Call("/api/Auth/loginKey", _JSON.encode(body), timeout_s)


def validate_call(timeout_s: float) -> Call:
    """Return Auth/validate, which gives a new token for a valid one."""
    return Call("/api/Auth/validate", b"{}", timeout_s)


def ping_call(timeouts: Timeouts) -> Call:
    """Return Status/ping, the cheapest call; any answer proves the connection."""
    return Call("/api/Status/ping", b"", timeouts.close, method="GET")


def _changes(request: ModifyOrder) -> dict[str, object]:
    """Return what a modify changes; what is left out keeps its value (clients rely on that)."""
    members = {
        "size": request.size,
        "limitPrice": request.limit_price,
        "stopPrice": request.stop_price,
        "trailPrice": request.trail_price,
    }
    return {name: value for name, value in members.items() if value is not None}


def _stop(request: PlaceStop) -> dict[str, object]:
    """Return the members of a plain stop order."""
    return {
        "type": STOP_ORDER,
        "side": SIDE_NUMBERS[request.side],
        "size": request.size,
        "stopPrice": request.stop_price,
        "customTag": request.tag,
    }


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
