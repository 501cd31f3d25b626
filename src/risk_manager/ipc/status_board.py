"""The published status: the one thing the loop's thread and the endpoint's threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """One published status: `sequence` counts from 1, `body` is one line of JSON.

    `mono` is the monotonic instant (seconds) of the publication.
    """

    sequence: int
    body: bytes
    mono: float


class StatusBoard:
    """Holds the newest status and wakes whoever waits for it. Safe for any number of threads.

    `monotonic` returns monotonic seconds; it dates publications, so that a reader can tell a
    status that is still refreshed from one whose daemon hangs.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._latest: Published | None = None
        self._closed = False
        self._beats = 0

    @property
    def beats(self) -> int:
        """How often the loop came round to its status, also when it could not be built."""
        return self._beats

    def beat(self) -> None:
        """The loop is alive."""
        self._beats += 1

    @property
    def closed(self) -> bool:
        """Whether nothing will be published any more."""
        return self._closed

    def publish(self, body: bytes) -> None:
        """Replace the status by `body` and wake every waiting reader.

        Raises ValueError for a body with a line break, which would tear the stream's lines.
        """
        if b"\n" in body or b"\r" in body:
            raise ValueError("a status must be a single line of JSON")
        with self._changed:
            self._beats += 1
            sequence = self._latest.sequence + 1 if self._latest else 1
            self._latest = Published(sequence, body, self._monotonic())
            self._changed.notify_all()

    def latest(self) -> Published | None:
        """Return the newest status, None before the first publication."""
        return self._latest

    def age_s(self, status: Published) -> float:
        """Return the seconds since `status` was published, at least 0."""
        return max(0.0, self._monotonic() - status.mono)

    def wait_newer(self, sequence: int, timeout_s: float) -> Published | None:
        """Wait until a status newer than `sequence` is there, the board closes or time is up.

        Returns the newest status whatever ended the wait; None before the first publication.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._is_newer(sequence), timeout_s)
            return self._latest

    def _is_newer(self, sequence: int) -> bool:
        return self._latest is not None and self._latest.sequence > sequence

    def close(self) -> None:
        """Wake all readers for the last time."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
