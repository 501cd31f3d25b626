"""Notices a loop that stood still and a wall clock that stepped (pure; the clocks are given)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from risk_manager.domain.events import ClockJumped

JUMP_S = 5.0


class ClockWatch:
    """Asked once per turn of the loop, which never waits longer than `longest_wait_s`."""

    def __init__(
        self,
        wall: Callable[[], datetime],
        mono: Callable[[], float],
        longest_wait_s: float,
    ) -> None:
        self._read_wall = wall
        self._read_mono = mono
        self._longest_wait_s = longest_wait_s
        self._mono = mono()
        self._offset = self._wall_offset()

    def check(self) -> ClockJumped | None:
        """A jump of more than 5 s since the last turn, None when all is well.

        A machine that slept shows as a wall clock that moved ahead of the monotonic one, so a
        step forward is treated like sleep: broker truth is read again.
        """
        mono = self._read_mono()
        gap = mono - self._mono - self._longest_wait_s
        self._mono = mono
        offset = self._wall_offset()
        moved, self._offset = offset - self._offset, offset
        if gap > JUMP_S:
            return ClockJumped(gap, slept=True)
        return ClockJumped(moved, slept=moved > 0) if abs(moved) > JUMP_S else None

    def _wall_offset(self) -> float:
        return self._read_wall().timestamp() - self._read_mono()
