"""What the lots of one position say (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from risk_manager.domain.decisions import CloseContract, Decision, ReduceContract, Remember
from risk_manager.domain.positions import Position
from risk_manager.domain.view import AccountView
from risk_manager.rules.grace_book import Waiting


@dataclass(frozen=True, slots=True)
class Found:
    """What one position's lots say: how many must go, and what the others wait for."""

    position: Position
    symbol: str
    note: Remember
    covered: int
    expired: int
    left: Sequence[Waiting]

    def remedies(self, view: AccountView) -> list[Decision]:
        """All lots expired: close; else only those, keeping the stops. Nothing under way."""
        contract_id, target = self.position.contract_id, self.position.size - self.expired
        if not self.expired or view.size_after_pending(contract_id) <= target:
            return []
        return [ReduceContract(contract_id, target) if target else CloseContract(contract_id)]
