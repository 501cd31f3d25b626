"""Our own request budget, below the venue's, with a reserve for enforcement.

The venue allows 200 requests per 60 s and 50 bar requests per 30 s (gateway reference); whether
its window slides is unknown, so ours slides and stops earlier. Polls and safety queries stop at
140, which leaves 40 for closes, cancels and logins. Times are monotonic seconds of the caller.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from risk_manager.domain.requests import Priority

LIMIT: Final = 180
RESERVE: Final = 40
FOR_CLOSES: Final = 30
"""What looks leave of the limit: without it a trader who re-enters a locked account every second
has used up the minute by the confirmations of his first closes."""
WINDOW_S: Final = 60.0
HISTORY_LIMIT: Final = 45
HISTORY_WINDOW_S: Final = 30.0
PAUSE_S: Final = 2.0
"""How long a 429 holds the others, and the longest Retry-After that holds enforcement."""


@dataclass(frozen=True, slots=True)
class BudgetWindow:
    """The requests still in the window, as trusted instants, for storage."""

    calls: tuple[datetime, ...] = ()
    history: tuple[datetime, ...] = ()


@dataclass(slots=True)
class _Window:
    """Requests of the last `length_s` seconds, oldest first."""

    length_s: float
    taken: deque[float] = field(default_factory=deque)

    def wait_s(self, limit: int, count: int, now_mono: float) -> float:
        """Seconds until `count` more fit below `limit`; 0.0 when they fit now."""
        while self.taken and self.taken[0] <= now_mono - self.length_s:
            self.taken.popleft()
        surplus = len(self.taken) + count - limit
        if surplus <= 0:
            return 0.0
        blocking = self.taken[min(surplus, len(self.taken)) - 1] if self.taken else now_mono
        return max(blocking + self.length_s - now_mono, 0.001)


class RequestBudget:
    """Counts requests of all channels; safe for any number of threads, never blocks for long."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._calls = _Window(WINDOW_S)
        self._history = _Window(HISTORY_WINDOW_S)
        self._pause_until = float("-inf")
        self._urgent_pause_until = float("-inf")

    def try_take(
        self, priority: Priority, now_mono: float, *, count: int = 1, history: bool = False
    ) -> float:
        """Take `count` requests and return 0.0, or take none and return the seconds to wait."""
        urgent = priority <= Priority.TOKEN
        with self._lock:
            pause = (self._urgent_pause_until if urgent else self._pause_until) - now_mono
            if pause > 0:
                return pause
            window, limit = self._calls, LIMIT if urgent else LIMIT - RESERVE
            if priority is Priority.CONFIRM:
                limit = LIMIT - FOR_CLOSES
            if history:
                window, limit = self._history, HISTORY_LIMIT
            wait = window.wait_s(limit, count, now_mono)
            if wait == 0.0:
                window.taken.extend([now_mono] * count)
            return wait

    def note_throttled(self, now_mono: float, retry_after_s: float | None) -> None:
        """A 429 came: the others pause 2 s, enforcement as long as Retry-After says, up to 2 s."""
        with self._lock:
            self._pause_until = max(self._pause_until, now_mono + PAUSE_S)
            urgent = now_mono + min(retry_after_s or 0.0, PAUSE_S)
            self._urgent_pause_until = max(self._urgent_pause_until, urgent)

    def used(self, now_mono: float) -> int:
        """Return how many requests of the last 60 s count against the limit."""
        with self._lock:
            self._calls.wait_s(LIMIT, 0, now_mono)
            return len(self._calls.taken)

    def snapshot(self, now_mono: float, now: datetime) -> BudgetWindow:
        """Return the windows with `now` (trusted) being the instant of `now_mono`."""
        with self._lock:
            return BudgetWindow(
                *(
                    tuple(now - timedelta(seconds=now_mono - taken) for taken in window.taken)
                    for window in (self._calls, self._history)
                )
            )

    def restore(self, stored: BudgetWindow, now_mono: float, now: datetime) -> None:
        """Add the requests of an earlier run; one stored in the future counts as made now."""
        with self._lock:
            for window, instants in ((self._calls, stored.calls), (self._history, stored.history)):
                ages = ((now - instant).total_seconds() for instant in instants)
                earlier = [now_mono - max(age, 0.0) for age in ages if age < window.length_s]
                window.taken = deque(sorted([*earlier, *window.taken]))
