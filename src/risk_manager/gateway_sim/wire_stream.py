"""Events of the exchange as hub messages: target, key of the subscribers, arguments.

Forms follow the gateway reference, section 3.3: user events in an envelope with an action, market
trades and depth as arrays, quotes in full first and then only what changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from risk_manager.gateway_sim import wire
from risk_manager.gateway_sim.forms import Forms
from risk_manager.gateway_sim.model import (
    SimAccount,
    SimMarketTrade,
    SimOrder,
    SimPosition,
    SimQuote,
    SimTrade,
)
from risk_manager.gateway_sim.venue_enums import PositionType
from risk_manager.gateway_sim.wire_text import Style, plain

HubName = Literal["user", "market"]

BEST_ASK, BEST_BID = 3, 4  # DomType
ACTION_TRADE, ACTION_UPSERT, ACTION_REMOVED = 0, 1, 2

UserEntity = SimAccount | SimOrder | SimPosition | SimTrade


@dataclass(frozen=True, slots=True)
class StreamMessage:
    """One call of a client's handler, for those who subscribed to `topic` with `key`."""

    topic: str
    key: int | str | None
    target: str
    arguments: list[Any]


def user_message(forms: Forms, item: UserEntity) -> StreamMessage:
    """Return the user hub's message about an account, order, position or trade."""
    style = wire.stream_style(forms)
    match item:
        case SimAccount():
            return _user(forms, "Accounts", None, ACTION_UPSERT, wire.account(style, item))
        case SimOrder():
            return _user(forms, "Orders", item.account_id, ACTION_UPSERT, wire.order(style, item))
        case SimPosition():
            open_ = item.size != 0 and item.type is not PositionType.UNDEFINED
            action = ACTION_UPSERT if open_ else ACTION_REMOVED
            return _user(forms, "Positions", item.account_id, action, wire.position(style, item))
        case SimTrade():
            return _user(forms, "Trades", item.account_id, ACTION_TRADE, wire.trade(style, item))


def market_trade_message(forms: Forms, item: SimMarketTrade) -> StreamMessage:
    """Return the market hub's message about a printed trade."""
    row = {
        "symbolId": item.symbol_id,
        "price": plain(item.price),
        "timestamp": wire.stream_style(forms).time(item.at),
        "type": int(item.type),
        "volume": item.volume,
    }
    payload: Any = [row] if forms.market_payloads == "array" else row
    key = item.contract_id
    return StreamMessage("ContractTrades", key, "GatewayTrade", [key, payload])


def quote_members(style: Style, item: SimQuote, symbol: str) -> dict[str, Any]:
    """Return a whole quote; `symbol` is the exchange's ticker, shown as `/ES`.

    `changePercent` is display only and its scale unknown; here it is per cent of the open.
    """
    at = style.time(item.at)
    change = item.last - item.open if item.last is not None and item.open is not None else None
    percent = 100 * change / item.open if change is not None and item.open else None
    figures = {
        "lastPrice": item.last,
        "bestBid": item.bid,
        "bestAsk": item.ask,
        "change": change,
        "changePercent": None if percent is None else round(percent, 2),
        "open": item.open,
        "high": item.high,
        "low": item.low,
    }
    return {
        "symbol": item.symbol_id,
        "symbolName": f"/{symbol}",
        **{name: plain(value) for name, value in figures.items() if value is not None},
        "volume": item.volume,
        "lastUpdated": at,
        "timestamp": at,
    }


QUOTE_ALWAYS = frozenset({"symbol", "lastUpdated", "timestamp"})


def quote_delta(shown: dict[str, Any], quote: dict[str, Any]) -> dict[str, Any]:
    """Return the members of `quote` that a client who saw `shown` needs."""
    return {
        name: value
        for name, value in quote.items()
        if name in QUOTE_ALWAYS or shown.get(name) != value
    }


def depth_messages(forms: Forms, item: SimQuote) -> list[StreamMessage]:
    """Return the best prices as depth; the simulated book has one level of ten contracts."""
    at = wire.stream_style(forms).time(item.at)
    rows: list[Any] = [
        _depth_row(at, kind, price)
        for kind, price in ((BEST_BID, item.bid), (BEST_ASK, item.ask))
        if price is not None
    ]
    key = item.contract_id
    if not rows:
        return []
    payloads = [[*rows, None] if forms.depth_nulls else rows]
    if forms.market_payloads == "object":
        payloads = rows
    return [
        StreamMessage("ContractMarketDepth", key, "GatewayDepth", [key, payload])
        for payload in payloads
    ]


def _depth_row(at: str, kind: int, price: Decimal) -> dict[str, Any]:
    return {
        "timestamp": at,
        "type": kind,
        "price": plain(price),
        "volume": 10,
        "currentVolume": 10,
    }


def _user(
    forms: Forms, topic: str, account_id: int | None, action: int, data: dict[str, Any]
) -> StreamMessage:
    envelope = {"action": action, "data": data}
    argument: Any = {"envelope": envelope, "bare": data, "list": [envelope]}[forms.user_events]
    # The event's name is that of the subscription in the singular.
    return StreamMessage(topic, account_id, f"GatewayUser{topic[:-1]}", [argument])
