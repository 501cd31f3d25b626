"""Virtual time in whole microseconds, and what is due on it."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

MONO_0 = 1000.0
"""The monotonic clock at the start of the world, in seconds."""
MICRO = timedelta(microseconds=1)


class Timeline:
    """Things due at one instant happen in the order in which they were planned.

    `life` is a number that changes when the daemon dies: what was planned for it never happens.
    """

    def __init__(self, start_at: datetime) -> None:
        self.start_at = start_at
        self.us = 0
        self.life = 0
        self._stood_still: list[tuple[float, float]] = [(float("-inf"), 0.0)]
        self._heap: list[tuple[int, int, int | None, Callable[[], object]]] = []
        self._serial = count()

    @property
    def t(self) -> float:
        """Seconds since the start of the world."""
        return self.us / 1e6

    @property
    def now(self) -> datetime:
        """The venue's time."""
        return self.start_at + self.us * MICRO

    @property
    def mono(self) -> float:
        """The monotonic clock, seconds."""
        return mono_at(self.t) - self._stood_still[-1][1]

    def stand_still(self, seconds: float) -> None:
        """The monotonic clock loses so many seconds: the machine slept until now."""
        lost = self._stood_still[-1][1] + seconds
        self._stood_still.append((mono_at(self.t) - lost, lost))

    def t_of(self, mono: float) -> float:
        """Seconds since the start of the world at a monotonic second of the past."""
        lost = next(lost for since, lost in reversed(self._stood_still) if mono >= since)
        return mono - MONO_0 + lost

    def us_at(self, mono: float) -> int:
        """The microsecond of the world at which the monotonic clock has reached `mono`."""
        us = math.ceil(max(mono - MONO_0 + self._stood_still[-1][1], 0.0) * 1e6)
        return us if mono_at(us / 1e6) - self._stood_still[-1][1] >= mono else us + 1

    @property
    def next_due(self) -> int | None:
        """When the next thing is due (microseconds)."""
        return self._heap[0][0] if self._heap else None

    def us_of(self, instant: datetime) -> int:
        """Microseconds from the start to an instant."""
        return (instant - self.start_at) // MICRO

    def after(self, milliseconds: int, action: Callable[[], object]) -> None:
        """Plan something of the daemon or of its wires."""
        self._push(self.us + milliseconds * 1000, self.life, action)

    def at(self, t: float, action: Callable[[], object]) -> None:
        """Plan something outside the daemon, `t` seconds after the start."""
        self._push(max(round(t * 1e6), self.us), None, action)

    def run_one(self) -> bool:
        """Do the first thing that is due; False when nothing is."""
        if not self._heap or self._heap[0][0] > self.us:
            return False
        _, _, life, action = heapq.heappop(self._heap)
        if life in (None, self.life):
            action()
        return True

    def _push(self, due: int, life: int | None, action: Callable[[], object]) -> None:
        heapq.heappush(self._heap, (due, next(self._serial), life, action))


def mono_at(t: float) -> float:
    """The monotonic clock `t` seconds after the start of the world."""
    return MONO_0 + t
