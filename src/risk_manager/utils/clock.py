"""The only reader of the machine's clocks.

Everything else is given instants: wall time answers "when did this run start", monotonic time
answers "how long". Trusted time is made of both and of the venue's answers (`trusted_time.py`).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Reads the machine's time."""

    def wall(self) -> datetime:
        """The machine's idea of now, aware UTC; it may be wrong and may jump."""
        ...

    def mono(self) -> float:
        """Monotonic seconds since some fixed instant of this machine."""
        ...


class MachineClock:
    """The real clocks of this machine."""

    def wall(self) -> datetime:
        """Wall time, aware UTC."""
        return datetime.now(UTC)

    def mono(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait; only tools and tests wait like this, the daemon waits on its inbox."""
    time.sleep(seconds)
