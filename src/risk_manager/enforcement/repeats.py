"""How long to wait before a request is sent again (pure)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Repeats:
    """Pauses in seconds that double from `base_s` to `cap_s`, each spread by `jitter` (0.1: 10 %).

    Without the spread all that failed together would be sent again together.
    """

    base_s: float
    cap_s: float
    jitter: float

    def pause(self, tries: int, number: int) -> float:
        """Seconds to wait after so many tries (at least 1).

        The spread is taken from the `number` of what is repeated: a replay gives the same times.
        """
        base: float = min(self.base_s * 2 ** (tries - 1), self.cap_s)
        spread = ((number * 7919 + tries * 104729) % 1000) / 999
        return base * (1 + self.jitter * (2 * spread - 1))


CLOSES = Repeats(1.0, 10.0, 0.15)
CHANGES = Repeats(1.0, 10.0, 0.15)
"""Cancels and modifies."""
PLACES = Repeats(0.5, 5.0, 0.1)
ALARM_TRIES = 5
"""A close, cancel or modify that was tried so often is alarmed, and goes on being tried."""
PLACE_TRIES = 3
