"""Contract data: tick sizes come from the venue, never from a default."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk_manager.domain.ids import ContractId


@dataclass(frozen=True, slots=True)
class Contract:
    """One expiry of a product.

    `root` is the trader's ticker (`NQ`), taken from the venue's `name` (`NQZ5`); `tick_size` in
    points, `tick_value` in USD per tick and contract.
    """

    id: ContractId
    name: str
    root: str
    tick_size: Decimal
    tick_value: Decimal
    active: bool = True

    @property
    def point_value(self) -> Decimal:
        """USD per point and contract (tick value / tick size)."""
        return self.tick_value / self.tick_size
