"""Orders as the venue reports them, and the one definition of "alive"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from risk_manager.domain.ids import AccountId, ContractId, OrderId


class Side(Enum):
    """Direction of an order or fill."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """+1 for a buy, -1 for a sell."""
        return 1 if self is Side.BUY else -1

    @property
    def opposite(self) -> Side:
        """The other side."""
        return Side.SELL if self is Side.BUY else Side.BUY


class OrderKind(Enum):
    """Order types of the venue."""

    UNKNOWN = "unknown"
    LIMIT = "limit"
    MARKET = "market"
    STOP_LIMIT = "stop_limit"
    STOP = "stop"
    TRAILING_STOP = "trailing_stop"
    JOIN_BID = "join_bid"
    JOIN_ASK = "join_ask"


class OrderStatus(Enum):
    """Order statuses of the venue; a partial fill is OPEN with `0 < fill_volume < size`."""

    NONE = "none"
    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REJECTED = "rejected"
    PENDING = "pending"
    PENDING_CANCELLATION = "pending_cancellation"
    SUSPENDED = "suspended"


TERMINAL = frozenset(
    {OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REJECTED}
)
STOP_KINDS = frozenset({OrderKind.STOP_LIMIT, OrderKind.STOP, OrderKind.TRAILING_STOP})


@dataclass(frozen=True, slots=True)
class Order:
    """One order. Sizes are contracts, never negative; prices in the contract's points.

    `trail_price` on read is a distance, not a level. Instants are aware UTC, exchange time.
    `updated_at` does not move on a fill (observed), so it is not a version number.
    """

    id: OrderId
    account_id: AccountId
    contract_id: ContractId
    status: OrderStatus
    kind: OrderKind
    side: Side
    size: int
    fill_volume: int = 0
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    filled_price: Decimal | None = None
    custom_tag: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    parent_id: OrderId | None = None
    linked_id: OrderId | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the order can still fill or come to life: the product's one definition."""
        return self.status not in TERMINAL

    @property
    def remaining(self) -> int:
        """Contracts that are not filled yet, at least 0."""
        return max(self.size - self.fill_volume, 0)

    @property
    def is_stop(self) -> bool:
        """Whether the order is of a protective kind (stop, stop-limit, trailing stop)."""
        return self.kind in STOP_KINDS
