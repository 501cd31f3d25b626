"""Session hours of RULE-009, as pure calculus over zones, trading-day dates and the calendar.

A session contains t when start <= t < end. `start > end` crosses midnight: the session of trading
day D runs from start on D-1 to end on D. D must be among the days and not a holiday; an early
close on D moves the end forward, and removes the session when it is at or before the start.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from risk_manager.utils.datetime_helpers import local_instant, zone_of
from risk_manager.utils.holidays import HolidayCalendar
from risk_manager.utils.session_window import (
    ALWAYS_OPEN,
    OPEN,
    Closure,
    SessionState,
    SessionWindow,
)

__all__ = ["ALWAYS_OPEN", "OPEN", "Closure", "SessionCalendar", "SessionState", "SessionWindow"]

_ONE_DAY = timedelta(days=1)
# A week of days and the longest run of holidays lie well inside; a year finds yearly sessions.
_HORIZON_DAYS = 400


@dataclass(slots=True)
class _Span:
    """A stretch of time without start or end, and the state that holds in it."""

    begins: datetime
    ends: datetime
    state: SessionState


@dataclass(slots=True)
class SessionCalendar:
    """All session hours of one account.

    `days` are weekdays of trading-day dates (0 is Monday). Without `holidays` every day counts as
    ordinary (respect_holidays false). A root without a window of its own has the global one; with
    neither it is always open.
    """

    global_window: SessionWindow | None
    per_root: Mapping[str, SessionWindow]
    days: frozenset[int]
    holidays: HolidayCalendar | None
    _spans: dict[SessionWindow, _Span] = field(default_factory=dict, repr=False, compare=False)

    def window_of(self, root: str) -> SessionWindow | None:
        """Return the hours that count for a root, None when it is always open."""
        return self.per_root.get(root, self.global_window)

    def state(self, root: str, now: datetime) -> SessionState:
        """Return the state of a root at `now` (UTC)."""
        window = self.window_of(root)
        return ALWAYS_OPEN if window is None else self.window_state(window, now)

    def window_state(self, window: SessionWindow, now: datetime) -> SessionState:
        """Return the state of a window at `now`; the answer is kept until the next start or end."""
        span = self._spans.get(window)
        if span is None or not span.begins <= now < span.ends:
            span = self._span(window, now)
            self._spans[window] = span
        return span.state

    def next_transition(self, after: datetime) -> datetime | None:
        """Return the first start or end of any window strictly after `after`."""
        ends = [self._transition(window, after) for window in self.windows()]
        return min((end for end in ends if end is not None), default=None)

    def windows(self) -> set[SessionWindow]:
        """Return every window in use."""
        own = set(self.per_root.values())
        return own if self.global_window is None else own | {self.global_window}

    def account_closure(self, now: datetime) -> Closure:
        """Return whether an account lock is due: the global session and every listed root closed.

        Without a global session roots that are not listed are always open, so it never is.
        """
        return OPEN if self.global_window is None else self._closure(now)

    def unresolved_closed(self, now: datetime) -> bool:
        """Tell whether a root that is not known yet is closed: every window there is, is."""
        return self._closure(now).closed

    def session(self, window: SessionWindow, day: date) -> tuple[datetime, datetime] | None:
        """Return start and end (UTC) of the session of trading day `day`, None if it has none."""
        if day.weekday() not in self.days:
            return None
        start, end = window.nominal(day)
        if self.holidays is not None:
            if self.holidays.is_holiday(day):
                return None
            early = self.holidays.early_close(day)
            end = end if early is None else min(end, early)
        return (start, end) if start < end else None

    def _closure(self, now: datetime) -> Closure:
        states = [self.window_state(window, now) for window in self.windows()]
        if not states or any(state.open for state in states):
            return OPEN
        starts = [state.next_start for state in states if state.next_start is not None]
        return Closure(closed=True, until=min(starts, default=None))

    def _transition(self, window: SessionWindow, after: datetime) -> datetime | None:
        state = self.window_state(window, after)
        return state.ends_at if state.open else state.next_start

    def _span(self, window: SessionWindow, now: datetime) -> _Span:
        today = window.local_date(now)
        near = [self.session(window, today + _ONE_DAY * step) for step in (-1, 0, 1)]
        running = next((pair for pair in near if pair and pair[0] <= now < pair[1]), None)
        upward = self._sessions(window, today - _ONE_DAY, _ONE_DAY)
        downward = self._sessions(window, today + _ONE_DAY, -_ONE_DAY)
        next_start = next((start for start, _ in upward if start > now), None)
        last_end = next((end for _, end in downward if end <= now), None)
        if running:
            state = SessionState(
                open=True, ends_at=running[1], next_start=next_start, last_end=last_end
            )
            return _Span(*running, state)
        # A closed span ends where its reason may change too: at midnight, and where the hours of
        # tomorrow's trading day would begin if it were not closed.
        zone = zone_of(window.zone)
        evening = window.nominal(today + _ONE_DAY)[0]
        bounds = [local_instant(today + _ONE_DAY * step, time(0), zone) for step in (0, 1)]
        bounds += [edge for edge in (evening, next_start, last_end) if edge is not None]
        state = SessionState(
            open=False,
            next_start=next_start,
            holiday=self._is_holiday(today + _ONE_DAY if evening <= now else today),
            last_end=last_end,
        )
        begins = max((edge for edge in bounds if edge <= now), default=now)
        return _Span(begins, min((edge for edge in bounds if edge > now), default=now), state)

    def _is_holiday(self, day: date) -> bool:
        return self.holidays is not None and self.holidays.is_holiday(day)

    def _sessions(
        self, window: SessionWindow, day: date, step: timedelta
    ) -> Iterator[tuple[datetime, datetime]]:
        """Yield the sessions of one day after the other, away from `day`, within the horizon."""
        for _ in range(_HORIZON_DAYS):
            pair = self.session(window, day)
            if pair is not None:
                yield pair
            day += step
