"""Simulated now: an instant that runs with a monotonic counter, scaled, and only forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal


class SimClock:
    """Simulated UTC now, advanced by real time times `speed` and by steps from outside.

    `mono` gives real monotonic seconds; only differences matter. `speed` is simulated seconds
    per real second; 0 stands still, so that time moves by `advance` and `set` alone.
    """

    def __init__(
        self, mono: Callable[[], float], start: datetime, speed: Decimal = Decimal(1)
    ) -> None:
        if start.tzinfo is None:
            raise ValueError("the start of simulated time needs a zone")
        self._mono = mono
        self._base = start
        self._base_mono = mono()
        self._speed = _checked_speed(speed)

    @property
    def speed(self) -> Decimal:
        """Simulated seconds per real second."""
        return self._speed

    def now(self) -> datetime:
        """Simulated now, with microseconds."""
        elapsed = self._mono() - self._base_mono
        return self._base + timedelta(seconds=elapsed * float(self._speed))

    def set(self, instant: datetime) -> None:
        """Step to `instant`; ValueError when that would go back."""
        if instant < self.now():
            raise ValueError("simulated time only goes forward")
        self._rebase(instant)

    def advance(self, seconds: Decimal) -> None:
        """Step forward by `seconds` (0 or more); ValueError otherwise."""
        if seconds < 0:
            raise ValueError("simulated time only goes forward")
        self._rebase(self.now() + timedelta(microseconds=int(seconds * 1_000_000)))

    def set_speed(self, speed: Decimal) -> None:
        """Run at `speed` from now on; ValueError when negative."""
        speed = _checked_speed(speed)
        self._rebase(self.now())
        self._speed = speed

    def restart(self, instant: datetime) -> None:
        """Begin anew at `instant`, which may lie in the past: only for a fresh exchange."""
        self._rebase(instant)

    def real_seconds_until(self, instant: datetime) -> float | None:
        """Real seconds until simulated now reaches `instant`; None while time stands still."""
        if self._speed == 0:
            return None
        missing = (instant - self.now()) / timedelta(seconds=1)
        return max(0.0, missing / float(self._speed))

    def _rebase(self, instant: datetime) -> None:
        self._base = instant
        self._base_mono = self._mono()


def _checked_speed(speed: Decimal) -> Decimal:
    if not speed.is_finite() or speed < 0:
        raise ValueError("the speed must be 0 or more")
    return speed
