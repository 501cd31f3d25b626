"""How far stops protect a position (pure data)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Cover:
    """Contracts of exit stops by what they are worth, each at least 0; their sum may be larger
    than the position.

    `valid` stops protect. `unpriced` ones may: without a market price nobody knows. The others are
    suspended children of a bracket, which do not protect yet: `filling` of an entry that is filled
    in part and alive, `waking` of an entry that is complete, as we learned at `completed_at`
    (trusted time, the newest of several; None if before this run).
    """

    valid: int = 0
    unpriced: int = 0
    filling: int = 0
    waking: int = 0
    completed_at: datetime | None = None

    def whole(self, size: int) -> Cover:
        """The cover of a position of `size` contracts if any stop were enough for all."""
        return Cover(
            size if self.valid else 0,
            size if self.unpriced else 0,
            size if self.filling else 0,
            size if self.waking else 0,
            self.completed_at,
        )


NO_COVER = Cover()
