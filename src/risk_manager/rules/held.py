"""What several rules say of open positions."""

from __future__ import annotations

from risk_manager.domain.positions import Position
from risk_manager.domain.view import AccountView


def held_positions(view: AccountView) -> list[Position]:
    """Open positions by contract id, so that equal states give equal words."""
    return sorted(view.positions(), key=lambda position: position.contract_id)


def is_closing(position: Position, view: AccountView) -> bool:
    """Whether an action planned or in flight closes the position already."""
    return view.size_after_pending(position.contract_id) == 0
