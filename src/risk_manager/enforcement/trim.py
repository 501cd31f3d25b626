"""Exit orders that exceed their position are cut down (pure).

The venue resizes nothing after a partial close (observed for opposite orders), and a surplus stop
would open a reverse position. The newest order gives first, by modify. A stop is cancelled only if
it is entirely surplus, so cover never falls below the position's size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from risk_manager.domain.orders import Order, OrderKind, OrderStatus
from risk_manager.domain.positions import Position

_OLDEST = datetime.min.replace(tzinfo=UTC)
_NO_COVER = frozenset({OrderStatus.SUSPENDED, OrderStatus.PENDING_CANCELLATION})


@dataclass(frozen=True, slots=True)
class Cut:
    """Bring `order` down to `remaining` contracts still working; 0 cancels it."""

    order: Order
    remaining: int


def surplus_cuts(position: Position, orders: Iterable[Order]) -> list[Cut]:
    """What to cut so that stops together, and limits together, fit the position.

    `orders` are those of one look on the position's contract. Market orders (perhaps our own
    close), suspended children (which cannot fill) and orders whose cancel is pending are left
    alone: if those counted, the new stop of a trader who moves one would be cut for the old.
    """
    exits = [
        order
        for order in orders
        if order.is_alive
        and order.remaining > 0
        and order.contract_id == position.contract_id
        and order.side is position.side.opposite
        and order.kind is not OrderKind.MARKET
        and order.status not in _NO_COVER
    ]
    stops = [order for order in exits if order.is_stop]
    limits = [order for order in exits if not order.is_stop]
    return _fit(stops, position.size) + _fit(limits, position.size)


def _fit(orders: list[Order], size: int) -> list[Cut]:
    surplus = sum(order.remaining for order in orders) - size
    cuts = []
    for order in sorted(orders, key=_age_key, reverse=True):
        if surplus <= 0:
            break
        give = min(order.remaining, surplus)
        cuts.append(Cut(order, order.remaining - give))
        surplus -= give
    return cuts


def _age_key(order: Order) -> tuple[datetime, int]:
    return (order.created_at or _OLDEST, order.id)
