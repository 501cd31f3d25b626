"""Rows of the gateway's JSON as typed structures, for REST bodies and hub arguments alike.

Numbers become Decimal straight from the JSON text, never through a binary float. Members the
product can do without are optional, whether absent or null; unknown members are ignored. What is
required is a choice of ours: without it the message cannot be acted on.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

import msgspec
from msgspec import Meta

Int64 = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
"""Ids: more would not fit the database."""
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""Contracts: the wire never has a negative size; direction is a member of its own."""
Text = Annotated[str, Meta(min_length=1)]


class WireAccount(msgspec.Struct, frozen=True, rename="camel"):
    """An account; `balance` in USD."""

    id: Int64
    can_trade: bool
    name: str | None = None
    balance: Decimal | None = None
    simulated: bool | None = None
    is_visible: bool | None = None


class WireOrder(msgspec.Struct, frozen=True, rename="camel"):
    """An order. `trail_price` is a signed distance in points on read."""

    id: Int64
    account_id: Int64
    contract_id: Text
    status: int
    type: int
    side: int
    size: Count
    fill_volume: Count | None = None
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    filled_price: Decimal | None = None
    custom_tag: str | None = None
    creation_timestamp: str | None = None
    update_timestamp: str | None = None
    parent_order_id: Int64 | None = None
    linked_order_id: Int64 | None = None


class WirePosition(msgspec.Struct, frozen=True, rename="camel"):
    """A position; closed when size or type is 0, and only then without an average price."""

    id: Int64
    account_id: Int64
    contract_id: Text
    type: int
    size: Count
    average_price: Decimal | None = None
    creation_timestamp: str | None = None


class WireTrade(msgspec.Struct, frozen=True, rename="camel"):
    """A fill; P&L is gross and absent or null on an opening fill, fees are positive USD."""

    id: Int64
    account_id: Int64
    contract_id: Text
    creation_timestamp: str
    price: Decimal
    side: int
    size: Count
    order_id: Int64
    profit_and_loss: Decimal | None = None
    fees: Decimal | None = None
    commissions: Decimal | None = None
    voided: bool | None = None


class WireQuote(msgspec.Struct, frozen=True, rename="camel"):
    """A quote; after the first one only what changed is there."""

    last_price: Decimal | None = None
    best_bid: Decimal | None = None
    best_ask: Decimal | None = None
    last_updated: str | None = None
    timestamp: str | None = None


class WireContract(msgspec.Struct, frozen=True, rename="camel"):
    """A contract; `tick_size` in points, `tick_value` in USD. An expired month is not active."""

    id: Text
    name: Text
    tick_size: Decimal
    tick_value: Decimal
    active_contract: bool | None = None


class WireBar(msgspec.Struct, frozen=True):
    """A price bar; `t` is its start, `c` its close in points."""

    t: str
    c: Decimal


ACCOUNT: Final = msgspec.json.Decoder(WireAccount)
ORDER: Final = msgspec.json.Decoder(WireOrder)
POSITION: Final = msgspec.json.Decoder(WirePosition)
TRADE: Final = msgspec.json.Decoder(WireTrade)
QUOTE: Final = msgspec.json.Decoder(WireQuote)
CONTRACT: Final = msgspec.json.Decoder(WireContract)
BAR: Final = msgspec.json.Decoder(WireBar)
