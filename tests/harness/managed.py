"""A world for RULE-012: the trader enters, prices move, and the venue's book shows the stops."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from risk_manager.gateway_sim.model import SimOrder
from risk_manager.simulation.setup import ACCOUNT, MNQ, Sections
from tests.harness.stops import PRICE, StopWorld


def managed(
    breakeven: dict[str, Any] | None = None, trail: dict[str, Any] | None = None, **keys: Any
) -> Sections:
    """RULE-012 with one part or both; values not given are those of the example file."""
    parts = {"auto_breakeven": breakeven, "trailing_stop": trail}
    given = {name: {"enabled": True, **part} for name, part in parts.items() if part is not None}
    return {"trade_management": {**given, **keys}}


BREAKEVEN, TRAIL = managed({}), managed(None, {})


class ManagedWorld(StopWorld):
    """`price` and `book` are about MNQ, in points from the entry at 29500."""

    def __init__(self, rules: Sections = BREAKEVEN, **options: Any) -> None:
        super().__init__(rules, **options)

    def price(self, above: float, wait: float = 0.5) -> None:
        """The market moves to so many points above the entry, and a moment passes."""
        self.trader.price(MNQ, str(PRICE + above))
        self.world.run(wait)

    def stops(self, above: float, size: int = -1) -> int:
        """A resting stop of the trader, so many points above the entry."""
        return self.stop(size, PRICE + above)

    def book(self) -> list[tuple[int, Decimal | int]]:
        """The stops alive at the venue: signed size left, and points above the entry."""
        return [
            (one.remaining * one.side.sign, (one.stop_price or Decimal(0)) - PRICE)
            for one in self.orders()
        ]

    def orders(self) -> list[SimOrder]:
        """The orders alive on MNQ at the venue, oldest first."""
        every = self.world.exchange.orders(ACCOUNT)
        found = [one for one in every if one.contract_id == MNQ and not one.status.terminal]
        return sorted(found, key=lambda one: one.id)

    def words(self) -> list[str]:
        """What the daemon asked for, without the times."""
        return [word for _, word in self.done()]


def managing(size: int = 1, rules: Sections = BREAKEVEN, **options: Any) -> ManagedWorld:
    """A position of this signed size, opened a second ago."""
    world = ManagedWorld(rules, **options)
    world.enter(size)
    world.to(1)
    return world
