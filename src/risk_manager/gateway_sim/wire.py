"""Entities of the exchange as the gateway's JSON objects, for REST and for the stream.

Member names and which of them are null, absent or new follow the gateway reference, sections
1.5 and 3.3 (recorded Jul to Aug 2026).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from risk_manager.gateway_sim.forms import Forms
from risk_manager.gateway_sim.model import (
    SimAccount,
    SimBar,
    SimContract,
    SimOrder,
    SimPosition,
    SimTrade,
)
from risk_manager.gateway_sim.wire_text import (
    Style,
    bar_time,
    fee_digits,
    plain,
    price_digits,
    rest_time,
    short_time,
    stream_time,
)


def rest_style(forms: Forms) -> Style:
    """Return how REST bodies are written."""
    newer = forms.newer_members
    return Style(
        price_digits, fee_digits, rest_time, nulls=True, newer_members=newer, simulated_member=newer
    )


def stream_style(forms: Forms) -> Style:
    """Return how stream bodies are written."""
    time = stream_time if forms.stream_time == "long" else short_time
    return Style(
        plain,
        plain,
        time,
        nulls=forms.stream_nulls,
        newer_members=forms.newer_members,
        simulated_member=True,
    )


def account(style: Style, item: SimAccount) -> dict[str, Any]:
    """Return an account's members."""
    members: dict[str, Any] = {
        "id": item.id,
        "name": item.name,
        "balance": plain(item.balance),
        "canTrade": item.can_trade,
        "isVisible": item.is_visible,
    }
    if style.simulated_member:
        members["simulated"] = item.simulated
    return members


def order(style: Style, item: SimOrder) -> dict[str, Any]:
    """Return an order's members; those of a bracket family only where they have a value."""
    members: dict[str, Any] = {
        "id": item.id,
        "accountId": item.account_id,
        "contractId": item.contract_id,
        "symbolId": item.symbol_id,
        "creationTimestamp": style.time(item.created),
        "updateTimestamp": style.time(item.updated),
        "status": int(item.status),
        "type": int(item.type),
        "side": int(item.side),
        "size": item.size,
        "limitPrice": _price(style, item.limit_price),
        "stopPrice": _price(style, item.stop_price),
        "fillVolume": item.fill_volume,
        "filledPrice": _price(style, item.filled_price),
        "customTag": item.custom_tag,
    }
    family = {
        "trailDistance": item.trail_distance,
        "trailPrice": _price(style, item.trail_price),
        "parentOrderId": item.parent_order_id,
        "linkedOrderId": item.linked_order_id,
    }
    return _without_nulls(style, members) | _given(family)


def position(style: Style, item: SimPosition) -> dict[str, Any]:
    """Return a position's members; a closed one has type 0 and size 0."""
    members: dict[str, Any] = {
        "id": item.id,
        "accountId": item.account_id,
        "contractId": item.contract_id,
    }
    if style.newer_members:
        members["contractDisplayName"] = item.display_name
    return members | {
        "creationTimestamp": style.time(item.created),
        "type": int(item.type),
        "size": item.size,
        "averagePrice": style.price(item.average_price),
    }


def trade(style: Style, item: SimTrade) -> dict[str, Any]:
    """Return a fill's members; `profitAndLoss` has no value on an opening fill."""
    members: dict[str, Any] = {
        "id": item.id,
        "accountId": item.account_id,
        "contractId": item.contract_id,
        "creationTimestamp": style.time(item.created),
        "price": style.price(item.price),
        "profitAndLoss": _price(style, item.profit_and_loss),
        "fees": style.fee(item.fees),
    }
    if style.newer_members:
        members["commissions"] = style.fee(item.commissions)
    members |= {
        "side": int(item.side),
        "size": item.size,
        "voided": item.voided,
        "orderId": item.order_id,
    }
    return _without_nulls(style, members)


def contract(item: SimContract) -> dict[str, Any]:
    """Return a contract's members; tick figures have no padding."""
    return {
        "id": item.id,
        "name": item.name,
        "description": item.description,
        "tickSize": plain(item.tick_size),
        "tickValue": plain(item.tick_value),
        "activeContract": item.active,
        "symbolId": item.symbol_id,
    }


def bar(item: SimBar) -> dict[str, Any]:
    """Return a bar's members."""
    return {
        "t": bar_time(item.t),
        "o": price_digits(item.o),
        "h": price_digits(item.h),
        "l": price_digits(item.l),
        "c": price_digits(item.c),
        "v": item.v,
    }


def _price(style: Style, value: Decimal | None) -> Any:
    return None if value is None else style.price(value)


def _given(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _without_nulls(style: Style, members: dict[str, Any]) -> dict[str, Any]:
    return members if style.nulls else _given(members)
