"""Daily trading hours in a zone, and what can be said about them at an instant."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from risk_manager.utils.datetime_helpers import local_instant, zone_of

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SessionWindow:
    """Daily hours in an IANA zone; ValueError when start equals end or the zone is unknown."""

    start: time
    end: time
    zone: str

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("a session must not start and end at the same time")
        zone_of(self.zone)

    @property
    def overnight(self) -> bool:
        """Tell whether the session of a day begins on the evening before."""
        return self.start > self.end

    def local_date(self, now: datetime) -> date:
        """Return the calendar date in the window's zone."""
        return now.astimezone(zone_of(self.zone)).date()

    def nominal(self, day: date) -> tuple[datetime, datetime]:
        """Return start and end (UTC) of trading day `day` before days and calendar are asked."""
        zone = zone_of(self.zone)
        first = day - _ONE_DAY if self.overnight else day
        return local_instant(first, self.start, zone), local_instant(day, self.end, zone)


@dataclass(frozen=True, slots=True)
class SessionState:
    """Whether a root may be traded at an instant.

    `ends_at` is the end of the open session, `next_start` the first start after the instant,
    `last_end` the last end at or before it; None when there is none within 400 days, or when the
    root is always open. `holiday` explains a closed session by a full closure.
    """

    open: bool
    ends_at: datetime | None = None
    next_start: datetime | None = None
    holiday: bool = False
    last_end: datetime | None = None


ALWAYS_OPEN = SessionState(open=True)


@dataclass(frozen=True, slots=True)
class Closure:
    """Whether everything is closed, and the earliest next start (None: none within the horizon)."""

    closed: bool
    until: datetime | None = None


OPEN = Closure(closed=False)
