"""Feed events that wait for the first read of broker truth after a reconnect (pure)."""

from __future__ import annotations

from risk_manager.domain.events import Stamp
from risk_manager.state.state_manager import AccountEvent

BUFFER_S = 1.0
"""The longest that events wait: a hanging read must not hold up a close."""


class EventBuffer:
    """Closed by default; while open it keeps events with their stamps."""

    def __init__(self) -> None:
        self._waiting: list[tuple[AccountEvent, Stamp]] | None = None
        self._since = 0.0

    @property
    def is_open(self) -> bool:
        """Whether events wait."""
        return self._waiting is not None

    def open(self, mono: float) -> None:
        """Begin to keep events; an open buffer keeps its age."""
        if self._waiting is None:
            self._waiting = []
            self._since = mono

    def add(self, event: AccountEvent, stamp: Stamp) -> None:
        """Keep one event."""
        assert self._waiting is not None, "only an open buffer keeps events"
        self._waiting.append((event, stamp))

    def due(self) -> float | None:
        """When the events are released although no answer came (monotonic); None if closed."""
        return None if self._waiting is None else self._since + BUFFER_S

    def take(self) -> list[tuple[AccountEvent, Stamp]]:
        """Close the buffer and return what it kept, in order."""
        waiting, self._waiting = self._waiting or [], None
        return waiting
