"""How many trades an account made, by window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TradeCounts:
    """Counted trades in the windows that end at one instant."""

    minute: int
    hour: int
    session: int
