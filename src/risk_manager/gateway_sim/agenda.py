"""Virtual time: the present instant and what is due later, in order."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

Action = Callable[[], None]


class Agenda:
    """A clock that only moves when told to, and the actions waiting on it.

    Actions due at one instant run in the order in which they were scheduled.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of simulated time must be an aware instant")
        self.now = start.astimezone(UTC)
        self._waiting: list[tuple[datetime, int, Action]] = []
        self._serial = count()

    def after(self, milliseconds: int, action: Action) -> None:
        """Run `action` this many milliseconds from now (0 or more)."""
        due = self.now + timedelta(milliseconds=milliseconds)
        heapq.heappush(self._waiting, (due, next(self._serial), action))

    def next_due(self) -> datetime | None:
        """Return the instant of the earliest waiting action, None if there is none."""
        return self._waiting[0][0] if self._waiting else None

    def advance_to(self, instant: datetime) -> None:
        """Run everything due up to and including `instant`, then stand there.

        Time never goes back: an instant before now changes nothing.
        """
        while self._waiting and self._waiting[0][0] <= instant:
            due, _, action = heapq.heappop(self._waiting)
            self.now = due
            action()
        self.now = max(self.now, instant.astimezone(UTC))
