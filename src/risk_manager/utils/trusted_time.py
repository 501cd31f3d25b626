"""Trusted time: the venue's time carried forward by the monotonic clock (pure).

Each anchor is a *lower bound* of server time, so a late or coarse anchor changes nothing and time
never goes back: no lock can end early because a clock was set or an answer was slow.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

AHEAD_S = 5.0
"""A `Date` further ahead than this needs a second answer; event stamps never move time more."""
AGREE_S = 2.0
ANSWERS_WITHOUT_DATE = 3
DATES_S = 3600.0
SLEW = 0.0005
"""By how much time may run slower than the monotonic clock while it is ahead."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Candidate:
    offset: float
    answered_mono: float


def _seconds(instant: datetime) -> float:
    """Seconds since 1970; microseconds survive a float of this size."""
    return (instant - _EPOCH).total_seconds()


class TrustedTime:
    """Server time as a function of monotonic seconds.

    `offset` is server seconds minus monotonic seconds. Before the first anchor `now` is None and
    no lock may expire. `trusted` says whether the venue gave the time or this machine did.
    """

    def __init__(self, *, floor: datetime | None = None) -> None:
        """`floor` is the largest trusted instant stored by earlier runs."""
        self._floor = floor
        self._offset: float | None = None
        self._date_offset: float | None = None
        self._candidate: _Candidate | None = None
        self._without_date = 0
        self._dates: deque[tuple[float, float]] = deque()
        self._slewed_mono: float | None = None
        self._latest = _EPOCH
        self.trusted = False

    @property
    def is_anchored(self) -> bool:
        """Whether time is known at all."""
        return self._offset is not None

    def now(self, mono: float) -> datetime | None:
        """Trusted now at monotonic second `mono`; None before the first anchor."""
        if self._offset is None:
            return None
        self._latest = max(self._latest, _EPOCH + timedelta(seconds=self._offset + mono))
        return self._latest

    def observe_date(
        self, date: datetime | None, requested_mono: float, answered_mono: float, wall: datetime
    ) -> None:
        """Take a REST answer's `Date` (None if absent) and the machine's wall time with it.

        The first anchor is accepted when the machine's clock agrees within 5 s, else when a
        second answer, requested later, agrees within 2 s.
        """
        if date is None:
            self._without_date += 1
            if self._offset is None and self._without_date >= ANSWERS_WITHOUT_DATE:
                self._anchor_on_machine(wall, answered_mono)
            return
        offset = _seconds(date) - answered_mono
        reference = self._offset
        if reference is None:
            reference = _seconds(wall) - answered_mono
            acceptable = abs(offset - reference) <= AHEAD_S
        else:
            acceptable = offset - reference <= AHEAD_S
        if acceptable or self._confirmed(offset, requested_mono):
            self._raise_to(offset)
            self._date_offset = self._newest_offset(offset, answered_mono)
            self._slow_down(answered_mono)
            self._candidate = None
            self.trusted = True
        elif self._candidate is None or answered_mono > self._candidate.answered_mono:
            self._candidate = _Candidate(offset, answered_mono)

    def observe_event(self, at: datetime, received_mono: float) -> None:
        """Take a venue timestamp; it may move time forward, by at most 5 s beyond the dates."""
        if self._offset is None or self._date_offset is None:
            return
        offset = _seconds(at) - received_mono
        if self._offset < offset <= self._date_offset + AHEAD_S:
            self._raise_to(offset)

    def _newest_offset(self, offset: float, mono: float) -> float:
        """The largest offset of the dates of the last hour."""
        while self._dates and self._dates[0][0] < mono - DATES_S:
            self._dates.popleft()
        while self._dates and self._dates[-1][1] <= offset:
            self._dates.pop()
        self._dates.append((mono, offset))
        return self._dates[0][1]

    def _slow_down(self, mono: float) -> None:
        """Let time run slower, never back, while it is ahead of an hour of dates.

        A monotonic clock that is 30 millionths fast would else be a minute ahead after a month,
        and locks would end early. A date is whole seconds, so one second ahead is in order.
        """
        since, self._slewed_mono = self._slewed_mono, mono
        if since is None or self._offset is None or self._date_offset is None:
            return
        elapsed = mono - since
        ahead = self._offset - self._date_offset - 1.0
        if ahead > 0 and elapsed > 0:
            self._offset -= min(ahead, SLEW * min(elapsed, DATES_S))

    def _confirmed(self, offset: float, requested_mono: float) -> bool:
        seen = self._candidate
        return (
            seen is not None
            and requested_mono >= seen.answered_mono
            and abs(offset - seen.offset) <= AGREE_S
        )

    def _anchor_on_machine(self, wall: datetime, mono: float) -> None:
        start = wall if self._floor is None else max(wall, self._floor)
        self._raise_to(_seconds(start) - mono)

    def _raise_to(self, offset: float) -> None:
        self._offset = offset if self._offset is None else max(self._offset, offset)
