"""Rows as the gateway sends them, for tables of tests, and the recorded fixtures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from risk_manager.api.translate import translate_quote, translate_user

FOLDER = Path(__file__).parents[2] / "fixtures" / "gateway"
CONTRACT = "CON.F.US.MNQ.U26"

ACCOUNT: dict[str, Any] = {"id": 10000001, "name": "PRAC", "balance": 149848.64, "canTrade": True}
ORDER: dict[str, Any] = {
    "id": 789, "accountId": 123, "contractId": CONTRACT, "status": 1, "type": 4, "side": 1,
    "size": 2, "stopPrice": 29504.25, "creationTimestamp": "2026-08-19T20:51:31.4173693+00:00",
}  # fmt: skip
POSITION: dict[str, Any] = {
    "id": 456, "accountId": 123, "contractId": CONTRACT, "type": 1, "size": 2,
    "averagePrice": 24445.23,
}  # fmt: skip
TRADE: dict[str, Any] = {
    "id": 101112, "accountId": 123, "contractId": CONTRACT, "price": 2100.75, "side": 0,
    "size": 1, "orderId": 789, "creationTimestamp": "2026-08-19T17:51:07.965787+00:00",
}  # fmt: skip
USER_ROWS = {
    "GatewayUserAccount": ACCOUNT,
    "GatewayUserOrder": ORDER,
    "GatewayUserPosition": POSITION,
    "GatewayUserTrade": TRADE,
}


def raw(value: object) -> msgspec.Raw:
    """Return a value as the JSON text a hub argument holds."""
    return msgspec.Raw(msgspec.json.encode(value))


def user(target: str, *arguments: object) -> list[Any]:
    """Translate one user-hub invocation."""
    return translate_user(target, [raw(argument) for argument in arguments])


def quote(*arguments: object) -> list[Any]:
    """Translate one GatewayQuote invocation."""
    return translate_quote([raw(argument) for argument in arguments])


class Fixture(msgspec.Struct):
    """One recorded message; `partial` says that members were not noted down."""

    kind: str
    payload: msgspec.Raw
    partial: bool = False
    path: str = ""
    target: str = ""


def fixtures(prefix: str) -> dict[str, Fixture]:
    """Return the recorded messages whose file name starts with `prefix`."""
    return {
        path.stem: msgspec.json.decode(path.read_bytes(), type=Fixture)
        for path in sorted(FOLDER.glob(f"{prefix}*.json"))
    }
