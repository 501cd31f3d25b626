"""The gateway's enumerations with the integers it sends (gateway reference, section 2)."""

from __future__ import annotations

from enum import IntEnum


class OrderType(IntEnum):
    """Kind of order as sent in `type`."""

    UNKNOWN = 0
    LIMIT = 1
    MARKET = 2
    STOP_LIMIT = 3
    STOP = 4
    TRAILING_STOP = 5
    JOIN_BID = 6
    JOIN_ASK = 7


class OrderSide(IntEnum):
    """Side of an order or a fill: BID buys, ASK sells."""

    BID = 0
    ASK = 1

    @property
    def sign(self) -> int:
        """Return +1 for a buy and -1 for a sell."""
        return 1 if self is OrderSide.BID else -1

    @property
    def opposite(self) -> OrderSide:
        """Return the other side."""
        return OrderSide.ASK if self is OrderSide.BID else OrderSide.BID


class OrderStatus(IntEnum):
    """State of an order. A partly filled order is OPEN with 0 < fillVolume < size."""

    NONE = 0
    OPEN = 1
    FILLED = 2
    CANCELLED = 3
    EXPIRED = 4
    REJECTED = 5
    PENDING = 6
    PENDING_CANCELLATION = 7
    SUSPENDED = 8

    @property
    def terminal(self) -> bool:
        """Return whether an order in this state can never fill or change again."""
        return self in _TERMINAL


_TERMINAL = frozenset(
    {OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.EXPIRED, OrderStatus.REJECTED}
)


class PositionType(IntEnum):
    """Direction of a position; UNDEFINED is how a closed one is reported."""

    UNDEFINED = 0
    LONG = 1
    SHORT = 2

    @property
    def sign(self) -> int:
        """Return +1 for long, -1 for short, 0 for flat."""
        return {PositionType.UNDEFINED: 0, PositionType.LONG: 1, PositionType.SHORT: -1}[self]


class TradeLogType(IntEnum):
    """Aggressor of a trade printed in the market."""

    BUY = 0
    SELL = 1


class BarUnit(IntEnum):
    """Unit of History/retrieveBars."""

    UNSPECIFIED = 0
    SECOND = 1
    MINUTE = 2
    HOUR = 3
    DAY = 4
    WEEK = 5
    MONTH = 6
    TICK = 7


class PlaceCode(IntEnum):
    """Codes of Order/place."""

    SUCCESS = 0
    ACCOUNT_NOT_FOUND = 1
    ORDER_REJECTED = 2
    INSUFFICIENT_FUNDS = 3
    ACCOUNT_VIOLATION = 4
    OUTSIDE_TRADING_HOURS = 5
    ORDER_PENDING = 6
    UNKNOWN_ERROR = 7
    CONTRACT_NOT_FOUND = 8
    CONTRACT_NOT_ACTIVE = 9
    ACCOUNT_REJECTED = 10


class EditCode(IntEnum):
    """Codes of Order/modify and Order/cancel (the latter ends at 6)."""

    SUCCESS = 0
    ACCOUNT_NOT_FOUND = 1
    ORDER_NOT_FOUND = 2
    REJECTED = 3
    PENDING = 4
    UNKNOWN_ERROR = 5
    ACCOUNT_REJECTED = 6
    CONTRACT_NOT_FOUND = 7


class CloseCode(IntEnum):
    """Codes of Position/closeContract."""

    SUCCESS = 0
    ACCOUNT_NOT_FOUND = 1
    POSITION_NOT_FOUND = 2
    CONTRACT_NOT_FOUND = 3
    CONTRACT_NOT_ACTIVE = 4
    ORDER_REJECTED = 5
    ORDER_PENDING = 6
    UNKNOWN_ERROR = 7
    ACCOUNT_REJECTED = 8


class PartialCloseCode(IntEnum):
    """Codes of Position/partialCloseContract: shifted by one after 4 against CloseCode."""

    SUCCESS = 0
    ACCOUNT_NOT_FOUND = 1
    POSITION_NOT_FOUND = 2
    CONTRACT_NOT_FOUND = 3
    CONTRACT_NOT_ACTIVE = 4
    INVALID_CLOSE_SIZE = 5
    ORDER_REJECTED = 6
    ORDER_PENDING = 7
    UNKNOWN_ERROR = 8
    ACCOUNT_REJECTED = 9


class BarsCode(IntEnum):
    """Codes of History/retrieveBars."""

    SUCCESS = 0
    CONTRACT_NOT_FOUND = 1
    UNIT_INVALID = 2
    UNIT_NUMBER_INVALID = 3
    LIMIT_INVALID = 4
