"""What the gateway tells us unasked, and the state of the connections, as frozen events.

Instants inside events are the venue's, aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import AccountRow, Position, Trade


@dataclass(frozen=True, slots=True)
class TradeExecuted:
    """A fill, from the hub or from Trade/search.

    `known` is set for rules when the fill was heard before: it may have other values or be voided
    now, but it is no new trade.
    """

    trade: Trade
    known: bool = False


@dataclass(frozen=True, slots=True)
class PositionChanged:
    """A position report; size 0 is flat."""

    position: Position


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order report."""

    order: Order


@dataclass(frozen=True, slots=True)
class AccountChanged:
    """An account report; absent members are None and mean "unchanged"."""

    account: AccountRow


@dataclass(frozen=True, slots=True)
class QuoteChanged:
    """A partial quote: None keeps the last value. `at` is the venue's time of the quote."""

    contract_id: ContractId
    last: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProtocolError:
    """A message we could not understand: the entity is read again by REST.

    `entity` is account, order, position, trade, quote or frame; `account_id` None when the
    message does not even say whose it is; `raw` is the text as received, cut to 2,000 characters.
    """

    entity: str
    problem: str
    raw: str
    account_id: AccountId | None = None


@dataclass(frozen=True, slots=True)
class HubConnected:
    """A hub (`user` or `market`) is proven: handshake answered, every subscribe completed."""

    hub: str


@dataclass(frozen=True, slots=True)
class HubLost:
    """A hub's connection ended, or one attempt to build it failed.

    `silent_s` is for how many seconds nothing had been heard on a connection given up for that.
    """

    hub: str
    cause: str
    silent_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SessionKicked:
    """The venue logged this session out (GatewayLogout)."""

    hub: str


@dataclass(frozen=True, slots=True)
class StreamLossy:
    """The inbox was full and a hub's backlog was dropped: a full reconcile must follow."""

    hub: str
    dropped: int


@dataclass(frozen=True, slots=True)
class ServerTimeSeen:
    """A `Date` header (whole seconds, None if absent) with the answer's monotonic times."""

    date: datetime | None
    requested_mono: float
    answered_mono: float
