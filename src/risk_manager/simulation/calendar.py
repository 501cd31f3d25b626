"""When a simulated week begins, and when its trader is at the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from risk_manager.simulation.seeded import SeededSource

NEW_YORK = ZoneInfo("America/New_York")
DAYS = 5
ACTIVE = timedelta(hours=3)

ORDINARY = (date(2026, 11, 16), date(2026, 8, 10), date(2026, 6, 1))
CLOCK_CHANGES = (date(2026, 10, 29), date(2026, 3, 5))
"""Thursdays before the Sundays on which New York changes its clocks."""

HOURS = (time(18, 30), time(9, 45), time(9, 45), time(12, 30), time(14, 45))
"""Local starts; the last one goes over the market's close and the daily reset at 17:00."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`starts` are the instants (UTC) at which the three active hours of each day begin."""

    starts: tuple[datetime, ...]
    changes_clocks: bool

    @property
    def begin(self) -> datetime:
        """Ten minutes before the first of them."""
        return self.starts[0] - timedelta(minutes=10)


def draw_calendar(source: SeededSource) -> Calendar:
    """Five trading days in a row, weekends left out."""
    changes = source.chance(0.2)
    day = source.choice(CLOCK_CHANGES if changes else ORDINARY)
    starts: list[datetime] = []
    while len(starts) < DAYS:
        if day.weekday() < 5:
            at = source.choice(HOURS[1:] if day.weekday() == 4 else HOURS)
            start = datetime.combine(day, at, NEW_YORK).astimezone(UTC)
            if not starts or start >= starts[-1] + ACTIVE:
                starts.append(start)
        day += timedelta(days=1)
    return Calendar(tuple(starts), changes)
