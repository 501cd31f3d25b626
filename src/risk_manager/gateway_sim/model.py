"""Entities of the simulated exchange and the events and requests made of them.

Money is USD and prices are in points, both Decimal. Sizes are whole contracts and never
negative: direction is in `side` or `type`. Instants are aware UTC datetimes. None means "has
no value", as the gateway's null does. Field meanings follow the gateway reference, section 1.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from risk_manager.gateway_sim.market_model import SimBar, SimMarketTrade, SimQuote
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderStatus, OrderType, PositionType

__all__ = [
    "Answer",
    "Entity",
    "EventKind",
    "PlaceRequest",
    "SimAccount",
    "SimBar",
    "SimContract",
    "SimMarketTrade",
    "SimOrder",
    "SimPosition",
    "SimQuote",
    "SimTrade",
    "VenueEvent",
]


@dataclass(slots=True)
class SimAccount:
    """An account; `balance` is realised net USD, `auto_oco` False means Position Brackets."""

    id: int
    name: str
    balance: Decimal
    can_trade: bool = True
    is_visible: bool = True
    simulated: bool = True
    follower: bool = False
    auto_oco: bool = True


@dataclass(slots=True)
class SimContract:
    """A listed month; `fee` and `commission` are positive USD per contract and fill."""

    id: str
    name: str
    description: str
    symbol_id: str
    root: str
    symbol: str
    tick_size: Decimal
    tick_value: Decimal
    fee: Decimal
    commission: Decimal
    active: bool

    @property
    def point_value(self) -> Decimal:
        """Return USD per point and contract: tick_value / tick_size."""
        return self.tick_value / self.tick_size


@dataclass(slots=True)
class SimOrder:
    """An order; `trail_price` is a distance in points, signed (as are ticks) for brackets."""

    id: int
    account_id: int
    contract_id: str
    symbol_id: str
    created: datetime
    updated: datetime
    status: OrderStatus
    type: OrderType
    side: OrderSide
    size: int
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    fill_volume: int = 0
    filled_price: Decimal | None = None
    custom_tag: str | None = None
    trail_distance: int | None = None
    trail_price: Decimal | None = None
    parent_order_id: int | None = None
    linked_order_id: int | None = None
    silent: bool = False

    @property
    def remaining(self) -> int:
        """Return the contracts still to fill."""
        return self.size - self.fill_volume


@dataclass(slots=True)
class SimPosition:
    """A position; a closed one is reported with type UNDEFINED, size 0 and the old average."""

    id: int
    account_id: int
    contract_id: str
    display_name: str
    created: datetime
    type: PositionType
    size: int
    average_price: Decimal


@dataclass(slots=True)
class SimTrade:
    """One fill; `profit_and_loss` is gross USD, None where the fill opens or adds."""

    id: int
    account_id: int
    contract_id: str
    created: datetime
    price: Decimal
    profit_and_loss: Decimal | None
    fees: Decimal
    commissions: Decimal
    side: OrderSide
    size: int
    voided: bool
    order_id: int


EventKind = Literal["account", "order", "position", "trade", "quote", "market_trade"]
Entity = SimAccount | SimOrder | SimPosition | SimTrade | SimQuote | SimMarketTrade


@dataclass(slots=True, frozen=True)
class VenueEvent:
    """A change, with a copy of the entity at that moment; `silent` ones go to no hub."""

    kind: EventKind
    at: datetime
    data: Entity
    silent: bool = False


@dataclass(slots=True, frozen=True)
class PlaceRequest:
    """Order/place; ticks are signed offsets from the fill price, `trail_price` is a level.

    `type`, `side` and the bracket types are plain integers as received: refusing an unknown one
    is the exchange's work.
    """

    account_id: int
    contract_id: str
    type: int
    side: int
    size: int
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    custom_tag: str | None = None
    stop_loss_ticks: int | None = None
    stop_loss_type: int | None = None
    take_profit_ticks: int | None = None
    take_profit_type: int | None = None
    silent: bool = False


@dataclass(slots=True, frozen=True)
class Answer:
    """An endpoint's answer: its own error code (0 = success), its text, an order id if any."""

    code: int
    message: str | None = None
    order_id: int | None = None
