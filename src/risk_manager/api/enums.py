"""Integers of the gateway's JSON and the domain's words for them.

Values: gateway reference (documentation and Swagger of September 2026); order statuses 7 and 8
are in the Swagger only.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from risk_manager.domain.orders import OrderKind, OrderStatus, Side

Word = TypeVar("Word")
Table = Mapping[int, Word]


class UnknownEnumError(ValueError):
    """The venue used a number we have no word for: the message is not understood."""


ORDER_KINDS: Final[Mapping[int, OrderKind]] = MappingProxyType(
    {
        0: OrderKind.UNKNOWN,
        1: OrderKind.LIMIT,
        2: OrderKind.MARKET,
        3: OrderKind.STOP_LIMIT,
        4: OrderKind.STOP,
        5: OrderKind.TRAILING_STOP,
        6: OrderKind.JOIN_BID,
        7: OrderKind.JOIN_ASK,
    }
)
ORDER_STATUSES: Final[Mapping[int, OrderStatus]] = MappingProxyType(
    {
        0: OrderStatus.NONE,
        1: OrderStatus.OPEN,
        2: OrderStatus.FILLED,
        3: OrderStatus.CANCELLED,
        4: OrderStatus.EXPIRED,
        5: OrderStatus.REJECTED,
        6: OrderStatus.PENDING,
        7: OrderStatus.PENDING_CANCELLATION,
        8: OrderStatus.SUSPENDED,
    }
)
SIDES: Final[Mapping[int, Side]] = MappingProxyType({0: Side.BUY, 1: Side.SELL})
SIDE_NUMBERS: Final[Mapping[Side, int]] = MappingProxyType({w: n for n, w in SIDES.items()})
STOP_ORDER: Final = 4
"""The order type of a plain stop, for Order/place."""

POSITION_FLAT: Final = 0
"""Position type 0, "Undefined": the venue's word for a closed position (observed)."""
POSITION_SIDES: Final[Mapping[int, Side]] = MappingProxyType(
    # A flat position has no direction; BUY keeps its signed size at 0 either way.
    {POSITION_FLAT: Side.BUY, 1: Side.BUY, 2: Side.SELL}
)

SUSPENDED: Final = 8
"""The order status that Order/searchOpen hides and Order/v2/query can ask for."""
BAR_UNIT_MINUTE: Final = 2
"""`unit` of History/retrieveBars for bars of minutes."""


def word(table: Mapping[int, Word], number: int, member: str) -> Word:
    """Return the domain's word for the wire's `number` of `member`.

    Raises UnknownEnumError when the table has none.
    """
    try:
        return table[number]
    except KeyError:
        raise UnknownEnumError(f"{member} {number} is not a known value") from None
