"""MOD-004: when each account's trading day ends.

A boundary is an instant at which the clocks of the account's zone show its reset time. The trading
day is [boundary, next boundary) and is named by the local date of the boundary that ends it.
Boundaries come from local wall time, never from adding 24 hours. `core/clockwork.py` resets: when
the latest boundary is later than the stored one.
"""

from datetime import UTC, date, datetime, time, timedelta

from risk_manager.utils.datetime_helpers import local_instant, trading_day, zone_of


class ResetSchedule:
    """One wall time in one zone. Comparable by value; remembers the window of the last question."""

    __slots__ = ("_day", "_ends", "_starts", "_zone", "at", "zone")

    def __init__(self, at: time, zone: str) -> None:
        """Take a wall time and an IANA zone name; ValueError for an unknown zone."""
        self.at = at
        self.zone = zone
        self._zone = zone_of(zone)
        # An empty window: the first question fills it.
        self._starts = self._ends = datetime.min.replace(tzinfo=UTC)
        self._day = date.min

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResetSchedule):
            return NotImplemented
        return (self.at, self.zone) == (other.at, other.zone)

    def __hash__(self) -> int:
        return hash((self.at, self.zone))

    def __repr__(self) -> str:
        return f"ResetSchedule({self.at:%H:%M}, {self.zone})"

    def last_boundary(self, now: datetime) -> datetime:
        """Return the latest boundary at or before `now` (UTC)."""
        self._find(now)
        return self._starts

    def next_reset(self, after: datetime) -> datetime:
        """Return the earliest boundary strictly after `after` (UTC)."""
        self._find(after)
        return self._ends

    def trading_day(self, instant: datetime) -> date:
        """Return the label of the trading day that holds `instant`."""
        self._find(instant)
        return self._day

    def _find(self, instant: datetime) -> None:
        if self._starts <= instant < self._ends:
            return
        self._day = trading_day(instant, self.at, self._zone)
        self._ends = local_instant(self._day, self.at, self._zone)
        self._starts = local_instant(self._day - timedelta(days=1), self.at, self._zone)
