"""Which position gives way first when only an excess is closed (pure; rules 001 and 002)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from risk_manager.domain.events import Event, PositionChanged
from risk_manager.domain.positions import Position

_OLDEST = datetime.min.replace(tzinfo=UTC)


def closing_order(
    event: Event, positions: Sequence[Position], sign: int | None = None
) -> list[Position]:
    """Positions in the order of closing.

    The contract of the event first, then the newest (opening time, then larger id, then contract
    id). `sign` +1 or -1 keeps only that side; None keeps both. Events without a contract start
    at "newest".
    """
    first = event.position.contract_id if isinstance(event, PositionChanged) else None
    chosen = [p for p in positions if sign is None or p.side.sign == sign]
    return sorted(
        chosen,
        key=lambda p: (p.contract_id == first, p.opened_at or _OLDEST, p.id, p.contract_id),
        reverse=True,
    )
