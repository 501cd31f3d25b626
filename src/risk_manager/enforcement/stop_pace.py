"""How often stops may be changed: each as configured, all of them within the budget (pure).

Each change costs a look and a request. Without a bound a stop that trails all day would use up what
polls and closes need. Instants are monotonic seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from typing import Final

from risk_manager.domain.ids import ContractId, OrderId
from risk_manager.domain.orders import Order

BURST: Final = 20
BURST_S: Final = 60.0
CROWDED_S: Final = 4.0
"""After so many changes within a minute they are spaced."""
_NEVER: Final = float("-inf")


class StopPace:
    """When stops were changed."""

    def __init__(self) -> None:
        self._moved: dict[OrderId, float] = {}
        self._placed: dict[ContractId, float] = {}
        self._changes: deque[float] = deque(maxlen=BURST)

    def note_moved(self, order_id: OrderId, mono: float) -> None:
        """A stop's price was changed."""
        self._moved[order_id] = mono
        self._changes.append(mono)

    def note_placed(self, contract_id: ContractId, mono: float) -> None:
        """A stop was placed, which is a change of that stop."""
        self._placed[contract_id] = mono
        self._changes.append(mono)

    def keep(self, alive: Collection[OrderId]) -> None:
        """Forget the orders that are over."""
        self._moved = {number: at for number, at in self._moved.items() if number in alive}

    def due(self, order: Order, every_s: float, *, is_own: bool) -> float:
        """When an order may be changed again."""
        placed = self._placed.get(order.contract_id, _NEVER) if is_own else _NEVER
        last = max(self._moved.get(order.id, _NEVER), placed)
        crowded = len(self._changes) == BURST and self._changes[-1] - self._changes[0] < BURST_S
        return max(last + every_s, self._changes[-1] + CROWDED_S if crowded else _NEVER)
