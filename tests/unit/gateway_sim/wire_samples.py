"""Entities with the values of the gateway fixtures, and the fixtures themselves."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from risk_manager.gateway_sim.model import SimAccount, SimOrder, SimPosition, SimTrade
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderStatus, OrderType, PositionType

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gateway"


def fixture(name: str) -> Any:
    """Return a fixture's payload with exact numbers."""
    text = (FIXTURES / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)["payload"]


def fixture_text(name: str) -> str:
    """Return a fixture's file as it stands, to compare digits."""
    return (FIXTURES / f"{name}.json").read_text(encoding="utf-8")


def decoded(record: bytes) -> Any:
    """Return what a client reads."""
    return json.loads(record.rstrip(b"\x1e"), parse_float=Decimal)


def instant(text: str) -> datetime:
    """Return the aware instant of an ISO text."""
    return datetime.fromisoformat(text).astimezone(UTC)


def account(account_id: int, name: str, balance: str, *, simulated: bool = True) -> SimAccount:
    """Return an account."""
    return SimAccount(account_id, name, Decimal(balance), simulated=simulated)


def limit_order() -> SimOrder:
    """Return the working order of hub-user-order-bare."""
    return SimOrder(
        id=789,
        account_id=123,
        contract_id="CON.F.US.EP.U25",
        symbol_id="F.US.EP",
        created=instant("2024-07-21T13:45:00Z"),
        updated=instant("2024-07-21T13:46:00Z"),
        status=OrderStatus.OPEN,
        type=OrderType.LIMIT,
        side=OrderSide.BID,
        size=1,
        limit_price=Decimal("2100.50"),
        custom_tag="strategy-1",
    )


def filled_order() -> SimOrder:
    """Return the filled market order of rest-order-search-response."""
    at = instant("2025-07-18T21:00:01.268009+00:00")
    return SimOrder(
        id=36598,
        account_id=704,
        contract_id="CON.F.US.EP.U25",
        symbol_id="F.US.EP",
        created=at,
        updated=at,
        status=OrderStatus.FILLED,
        type=OrderType.MARKET,
        side=OrderSide.BID,
        size=1,
        fill_volume=1,
        filled_price=Decimal("6335.25"),
    )


def position(
    position_id: int,
    account_id: int,
    contract_id: str,
    created: str,
    kind: PositionType,
    size: int,
    average: str,
) -> SimPosition:
    """Return a position."""
    return SimPosition(
        position_id, account_id, contract_id, "X", instant(created), kind, size, Decimal(average)
    )


def trade(members: dict[str, Any]) -> SimTrade:
    """Return the fill that a payload describes."""
    gain = members.get("profitAndLoss")
    return SimTrade(
        id=members["id"],
        account_id=members["accountId"],
        contract_id=members["contractId"],
        created=instant(members["creationTimestamp"]),
        price=Decimal(members["price"]),
        profit_and_loss=None if gain is None else Decimal(gain),
        fees=Decimal(members["fees"]),
        commissions=Decimal("0.25"),
        side=OrderSide(members["side"]),
        size=members["size"],
        voided=members["voided"],
        order_id=members["orderId"],
    )
