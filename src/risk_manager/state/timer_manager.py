"""MOD-003: named timers that yield events; they hold no callbacks.

Timers live in memory only. Whatever matters is derived again from stored rows at start. All
instants are monotonic seconds, given by the caller; `next_due` drives the inbox timeout.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort

from risk_manager.domain.events import Event


class TimerManager:
    """Pending timers by name, in due order; equal due times keep the order of starting."""

    def __init__(self) -> None:
        self._entries: dict[str, tuple[float, int, str]] = {}
        self._events: dict[str, Event] = {}
        self._order: list[tuple[float, int, str]] = []
        self._serial = 0

    def start_timer(self, name: str, seconds: float, event: Event, now_mono: float) -> None:
        """Start a timer that yields `event` at `now_mono + seconds`; the same name replaces.

        Zero is due at the next check. Raises ValueError for negative or non-finite seconds.
        """
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError(f"timer {name!r}: {seconds!r} is not a number of seconds >= 0")
        self.cancel_timer(name)
        self._serial += 1
        entry = (now_mono + seconds, self._serial, name)
        self._entries[name] = entry
        self._events[name] = event
        insort(self._order, entry)

    def cancel_timer(self, name: str) -> None:
        """Forget a timer; an unknown name is no error."""
        entry = self._entries.pop(name, None)
        if entry is not None:
            del self._events[name]
            del self._order[bisect_left(self._order, entry)]

    def get_remaining_time(self, name: str, now_mono: float) -> int:
        """Return the whole seconds until a timer is due, rounded up; 0 if due or unknown."""
        entry = self._entries.get(name)
        return 0 if entry is None else max(0, math.ceil(entry[0] - now_mono))

    def is_running(self, name: str) -> bool:
        """Whether the timer was started and has neither been popped nor cancelled."""
        return name in self._entries

    def pop_due(self, now_mono: float) -> Event | None:
        """Remove the earliest timer that is due and return its event; None when none is.

        One at a time: handling an event may start or cancel other timers.
        """
        if not self._order or self._order[0][0] > now_mono:
            return None
        _, _, name = self._order.pop(0)
        del self._entries[name]
        return self._events.pop(name)

    def next_due(self) -> float | None:
        """Return the monotonic instant of the earliest timer, None without timers."""
        return self._order[0][0] if self._order else None
