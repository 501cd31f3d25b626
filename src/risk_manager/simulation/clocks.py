"""The machine's clocks in virtual time, and the product's own reckoning of trusted time."""

from __future__ import annotations

from datetime import datetime, timedelta

from risk_manager.core.clock_watch import ClockWatch
from risk_manager.domain.events import ClockJumped
from risk_manager.simulation.timeline import Timeline
from risk_manager.utils.trusted_time import TrustedTime

LONGEST_WAIT_S = 0.25


class Clocks:
    """`wall` is the machine's wall clock, off by what somebody set it to; dates are whole seconds.

    A start asks the venue for the time twice, as the log-in and the list of accounts do.
    """

    def __init__(self, time: Timeline) -> None:
        self._time = time
        self._stepped = timedelta(0)
        self.trusted = TrustedTime()

    def wall(self) -> datetime:
        """The machine's wall clock."""
        return self._time.now + self._stepped

    def step_wall(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self._stepped += timedelta(seconds=seconds)

    def begin(self, floor: datetime | None) -> None:
        """A start: time is anchored by two answers before anything else."""
        self.trusted = TrustedTime(floor=floor)
        mono = self._time.mono
        for ago in (0.3, 0.15):
            answered = mono - ago + 0.1
            self.trusted.observe_date(self._date(ago), mono - ago, answered, self.wall())

    def observe(self, requested_mono: float) -> None:
        """An answer is here, with the venue's time in its header."""
        self.trusted.observe_date(self._date(), requested_mono, self._time.mono, self.wall())

    def now(self) -> datetime:
        """Trusted now."""
        now = self.trusted.now(self._time.mono)
        assert now is not None, "a start anchors time"
        return now

    def watch(self) -> ClockWatch:
        """The loop's own watch over both clocks, as it stands after this turn."""
        return ClockWatch(self.wall, lambda: self._time.mono, LONGEST_WAIT_S)

    def jump(self, watch: ClockWatch) -> ClockJumped | None:
        """What the loop notices in its next turn."""
        return watch.check()

    def _date(self, ago_s: float = 0.0) -> datetime:
        """The header of an answer: whole seconds."""
        return (self._time.now - timedelta(seconds=ago_s)).replace(microsecond=0)
