"""What the simulated market shows: quotes, printed trades and bars.

Prices are in points (Decimal), volumes in contracts, instants aware UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk_manager.gateway_sim.venue_enums import TradeLogType


@dataclass(slots=True)
class SimQuote:
    """The whole present quote of a contract; open, high, low, volume count from the start."""

    contract_id: str
    symbol_id: str
    last: Decimal | None
    bid: Decimal | None
    ask: Decimal | None
    open: Decimal | None
    high: Decimal | None
    low: Decimal | None
    volume: int
    at: datetime


@dataclass(slots=True)
class SimMarketTrade:
    """A trade printed in the market, not one of ours."""

    contract_id: str
    symbol_id: str
    price: Decimal
    type: TradeLogType
    volume: int
    at: datetime


@dataclass(slots=True)
class SimBar:
    """A price bar; `t` is its start."""

    t: datetime
    o: Decimal
    h: Decimal
    l: Decimal  # noqa: E741 - the wire's own name
    c: Decimal
    v: int
