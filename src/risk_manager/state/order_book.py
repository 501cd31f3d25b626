"""The orders of one account, merged from events and looks (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from risk_manager.domain.ids import ContractId, OrderId
from risk_manager.domain.orders import Order, OrderStatus

KEEP_TERMINAL = 1000
"""Terminal orders remembered so that a late "open" event cannot bring one back."""


def newer(old: Order, new: Order) -> Order:
    """Which of two reports of one order counts.

    Terminal wins, then the larger fill volume; with equal fill volume the later update time
    decides the prices, and without one the report that arrived last. The update time does not
    move on a fill (observed), so it never outranks a status.
    """
    if old.is_alive != new.is_alive:
        return old if new.is_alive else new
    if old.fill_volume != new.fill_volume:
        return new if new.fill_volume > old.fill_volume else old
    if old.updated_at is not None and new.updated_at is not None:
        return old if new.updated_at < old.updated_at else new
    return new


class OrderBook:
    """Orders by id. Received times are monotonic seconds."""

    def __init__(self) -> None:
        self._alive: dict[OrderId, Order] = {}
        self._terminal: dict[OrderId, Order] = {}
        self._seen: dict[OrderId, float] = {}

    def get(self, order_id: OrderId) -> Order | None:
        """An order by id, alive or recently terminal."""
        return self._alive.get(order_id) or self._terminal.get(order_id)

    def alive(self, contract_id: ContractId | None = None) -> list[Order]:
        """Alive orders, of one contract or of all."""
        if not self._alive:  # asked for each position on each event
            return []
        return [
            order
            for order in self._alive.values()
            if contract_id is None or order.contract_id == contract_id
        ]

    def known(self, contract_id: ContractId) -> list[Order]:
        """Orders of a contract, alive ones and those remembered as over."""
        orders = (*self._alive.values(), *self._terminal.values())
        return [order for order in orders if order.contract_id == contract_id]

    def seen_mono(self, order_id: OrderId) -> float:
        """When the last report of an order was received, or its read requested."""
        return self._seen.get(order_id, float("-inf"))

    def update(self, order: Order, received_mono: float) -> bool:
        """Take one report; returns whether anything changed."""
        old = self.get(order.id)
        merged = order if old is None else newer(old, order)
        self._seen[order.id] = received_mono
        if merged == old:
            return False
        self._store(merged)
        return True

    def replace_alive(
        self,
        orders: Iterable[Order],
        suspended: Iterable[Order] | None,
        requested_mono: float,
    ) -> bool:
        """Merge an open-order read; orders it lacks are no longer alive.

        An order reported after the read was requested is left alone. Suspended children are
        hidden from that read, so they only go when `suspended` (not None) lacks them too.
        """
        answer = {order.id: order for order in orders}
        answer.update((order.id, order) for order in suspended or ())
        changed = False
        for order_id in [*answer, *self._alive]:
            if self.seen_mono(order_id) >= requested_mono:
                continue
            if order_id in answer:
                changed |= self.update(answer[order_id], requested_mono)
            elif suspended is not None or not _is_suspended(self._alive[order_id]):
                del self._alive[order_id]
                self._seen.pop(order_id, None)
                changed = True
        return changed

    def _store(self, order: Order) -> None:
        if order.is_alive:
            self._alive[order.id] = order
            return
        self._alive.pop(order.id, None)
        self._terminal[order.id] = order
        while len(self._terminal) > KEEP_TERMINAL:
            oldest = next(iter(self._terminal))
            del self._terminal[oldest]
            self._seen.pop(oldest, None)


def _is_suspended(order: Order) -> bool:
    return order.status is OrderStatus.SUSPENDED
