"""Which stops must change, as one look shows them (pure).

Only ever tighter, never more contracts than the position, never less cover than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from risk_manager.domain.orders import Order, OrderKind, OrderStatus
from risk_manager.domain.positions import Position
from risk_manager.enforcement.order_edit import Edit, is_looser
from risk_manager.state.cover import PROTECTING, is_protective

_FIXED = frozenset({OrderStatus.SUSPENDED, OrderStatus.PENDING_CANCELLATION})
"""A child that is not awake has no price yet; an order that is being cancelled keeps its own."""


def seen_twice(read: Iterable[Order], known: Iterable[Order]) -> list[Order]:
    """Return the stops of a read as both the read and our book know them.

    The book may hold a newer event or a belated old one. So an order counts as alive only if both
    say so, and the tighter of two prices is its price: neither can then make us loosen it.
    """
    book = {order.id: order for order in known}
    return [_tighter(row, book[row.id]) for row in read if row.is_alive and row.id in book]


def _tighter(row: Order, other: Order) -> Order:
    level = other.stop_price
    if level is None or (row.stop_price is not None and not is_looser(row, level)):
        return row
    return replace(row, stop_price=level)


def to_move(stops: Iterable[Order], price: Decimal) -> list[Order]:
    """Return the protective stops that leave more room than `price` and that can be changed."""
    return [one for one in stops if one.status not in _FIXED and is_looser(one, price)]


def protects(stops: Iterable[Order], price: Decimal) -> bool:
    """Whether one of these stops is awake and known to be at least as tight as `price`."""
    return any(
        one.status in PROTECTING and one.stop_price is not None and not is_looser(one, price)
        for one in stops
    )


def tightening(stop: Order, price: Decimal, edit: Edit) -> Edit:
    """Return the edit that brings a stop to `price`.

    A trailing stop is told a level too; the venue makes it a distance from the market.
    """
    if stop.kind is OrderKind.TRAILING_STOP:
        return replace(edit, trail_price=price)
    return replace(edit, stop_price=price)


def fitting_size(
    own: Order, position: Position, stops: Sequence[Order], later: Sequence[Order] = ()
) -> int:
    """Return how many contracts a stop of ours should have left; 0 when it is not needed.

    It grows to what no other stop covers, and shrinks to what stops at least as tight leave over.
    Looser ones are no reason to shrink: the position would lose the tight stop. `later` are stops
    that only an event told of: they are no reason to shrink either.
    """
    others = [one for one in stops if one.id != own.id and is_protective(one, position)]
    more = [one for one in later if one.id != own.id and is_protective(one, position)]
    free = position.size - sum(one.remaining for one in others + more)
    tight = [one for one in others if own.stop_price and protects([one], own.stop_price)]
    most = max(position.size - sum(one.remaining for one in tight), 0)
    return min(most, max(own.remaining, free))
