"""Which orders protect a position: the product's one definition of a valid stop (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.cover import Cover
from risk_manager.domain.ids import OrderId
from risk_manager.domain.orders import Order, OrderKind, OrderStatus, Side
from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown

PROTECTING = frozenset({OrderStatus.NONE, OrderStatus.OPEN, OrderStatus.PENDING})
"""A cancel that is pending protects no longer, a suspended order not yet."""


@dataclass(frozen=True, slots=True)
class Parents:
    """What is known of the entries of bracket children: the order, and when we heard of it last."""

    find: Callable[[OrderId], Order | None]
    heard_at: Callable[[OrderId], datetime | None]


def cover_of(
    position: Position, orders: Iterable[Order], price: Decimal | Unknown, parents: Parents
) -> Cover:
    """Sum up the exit stops of a position; `orders` are alive ones, `price` the market's."""
    sums = dict.fromkeys(("valid", "unpriced", "filling", "waking"), 0)
    completed: datetime | None = None
    for order in orders:
        kind = _kind(order, position, price, parents)
        if kind is None:
            continue
        sums[kind] += order.remaining
        if kind == "waking" and order.parent_id is not None:
            heard = parents.heard_at(order.parent_id)
            completed = max((at for at in (completed, heard) if at is not None), default=None)
    return Cover(**sums, completed_at=completed)


def _kind(
    order: Order, position: Position, price: Decimal | Unknown, parents: Parents
) -> str | None:
    """Which part of the cover an order belongs to; None if it protects nothing."""
    if not is_protective(order, position):
        return None
    if order.status is OrderStatus.SUSPENDED:
        return _suspended_kind(order, parents)
    if order.status not in PROTECTING:
        return None
    holds = _holds(order, position, price)
    return "unpriced" if holds is None else "valid" if holds else None


def _suspended_kind(order: Order, parents: Parents) -> str | None:
    """A child follows its entry; one that has not filled at all protects another position."""
    parent = None if order.parent_id is None else parents.find(order.parent_id)
    if parent is None or not parent.is_alive:
        return "waking"
    return "filling" if parent.fill_volume > 0 else None


def is_protective(order: Order, position: Position) -> bool:
    """Whether an order is an alive exit stop of a position, whatever its size and price."""
    return (
        order.is_alive
        and order.is_stop
        and order.contract_id == position.contract_id
        and order.side is position.side.opposite
    )


def _holds(order: Order, position: Position, price: Decimal | Unknown) -> bool | None:
    """Whether the market has not passed a stop; None while that cannot be known.

    A trailing stop without a price of its own follows the market. Without a market price, a stop
    on the loss side of the entry holds.
    """
    stop = order.stop_price
    if stop is None:
        return True if order.kind is OrderKind.TRAILING_STOP else None
    if not isinstance(price, Unknown):
        return _is_beyond(stop, price, position.side)
    entry = position.average_price
    return True if entry is not None and _is_beyond(stop, entry, position.side) else None


def _is_beyond(stop: Decimal, reference: Decimal, side: Side) -> bool:
    """Below the reference for a long, above it for a short."""
    return stop < reference if side is Side.BUY else stop > reference
