"""Notices a loop that stood still and a wall clock that stepped (pure; the clock is given)."""

from __future__ import annotations

from risk_manager.domain.events import ClockJumped
from risk_manager.utils.clock import Clock

JUMP_S = 5.0


class ClockWatch:
    """Asked once per turn of the loop, which never waits longer than `longest_wait_s`."""

    def __init__(self, clock: Clock, longest_wait_s: float) -> None:
        self._clock = clock
        self._longest_wait_s = longest_wait_s
        self._mono = clock.mono()
        self._offset = self._wall_offset()

    def check(self) -> ClockJumped | None:
        """A jump of more than 5 s since the last turn, None when all is well.

        A machine that slept shows as a wall clock that moved ahead of the monotonic one, so a
        step forward is treated like sleep: broker truth is read again.
        """
        mono = self._clock.mono()
        gap = mono - self._mono - self._longest_wait_s
        self._mono = mono
        offset = self._wall_offset()
        moved, self._offset = offset - self._offset, offset
        if gap > JUMP_S:
            return ClockJumped(gap, slept=True)
        return ClockJumped(moved, slept=moved > 0) if abs(moved) > JUMP_S else None

    def _wall_offset(self) -> float:
        return self._clock.wall().timestamp() - self._clock.mono()
