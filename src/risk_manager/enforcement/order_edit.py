"""What a modify changes, and whether an order shows it (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk_manager.domain.ids import AccountId, RequestId
from risk_manager.domain.orders import Order
from risk_manager.domain.requests import ModifyOrder, Priority


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of a working order, None keeps one.

    `size` is the total in contracts, fills included; `stop_price` and `trail_price` are levels in
    points. `patience_s` is how long the look that shows the effect may wait for somebody else's.
    """

    size: int | None = None
    stop_price: Decimal | None = None
    trail_price: Decimal | None = None
    priority: Priority = Priority.ENFORCEMENT
    patience_s: float = 0.25

    @property
    def level(self) -> Decimal | None:
        """The stop level asked for, None if it stays."""
        return self.trail_price if self.stop_price is None else self.stop_price

    def is_shown(self, order: Order) -> bool:
        """Whether an order has the new values; a stop that is tighter still has them too."""
        if self.size is not None and order.size != self.size:
            return False
        if self.level is None:
            return True
        return order.stop_price is not None and not is_looser(order, self.level)

    def request(self, request_id: RequestId, account_id: AccountId, order: Order) -> ModifyOrder:
        """The request that makes the change."""
        return ModifyOrder(
            request_id,
            account_id,
            order.id,
            size=self.size,
            stop_price=self.stop_price,
            trail_price=self.trail_price,
            priority=self.priority,
        )


def is_looser(stop: Order, price: Decimal) -> bool:
    """Whether a stop order leaves the market more room than `price`; without a price it does not.

    A selling stop protects a long position: the higher, the tighter.
    """
    level = stop.stop_price
    return level is not None and stop.side.sign * (level - price) > 0
