"""The packaged exchange calendar against a well-kept library, and the merge of the user's days."""

import warnings
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import exchange_calendars
import pytest

from risk_manager.utils.holidays import EarlyClose, HolidayCalendar, packaged_calendar

CHICAGO = ZoneInfo("America/Chicago")
FIRST, LAST = date(2025, 1, 1), date(2028, 12, 31)

# Where the packaged table and the library differ, with the reason.
DEVIATIONS = {
    date(2025, 1, 9): "day of mourning: the library closes all day, equity futures traded to 08:30",
    date(2025, 6, 19): "Juneteenth: a short day at the exchange, the library has no rule for it",
    date(2026, 6, 19): "Juneteenth",
    date(2027, 6, 18): "Juneteenth, observed on Friday",
    date(2028, 6, 19): "Juneteenth",
    date(2025, 7, 3): "12:15 close on the eve of Independence Day, missing in the library",
    date(2028, 7, 3): "12:15 close on the eve of Independence Day",
    date(2025, 11, 28): "closes at 12:15, the library has 12:00 for every short day",
    date(2026, 11, 27): "12:15, not 12:00",
    date(2027, 11, 26): "12:15, not 12:00",
    date(2028, 11, 24): "12:15, not 12:00",
    date(2025, 12, 24): "12:15, not 12:00",
    date(2026, 12, 24): "12:15, not 12:00",
    date(2026, 4, 3): "Good Friday with the employment report: equity futures trade until 08:15",
}


@pytest.fixture(scope="module")
def library() -> dict[date, time | None]:
    """The library's closures (None) and early closes, on weekdays."""
    with warnings.catch_warnings():
        # The library itself uses what its own dependency will drop one day.
        warnings.simplefilter("ignore", DeprecationWarning)
        calendar = exchange_calendars.get_calendar("CMES", start=FIRST, end=LAST)
    closes = {
        day.date(): row["close"].astimezone(CHICAGO) for day, row in calendar.schedule.iterrows()
    }
    days = (date.fromordinal(number) for number in range(FIRST.toordinal(), LAST.toordinal() + 1))
    special: dict[date, time | None] = {}
    for day in days:
        if day.weekday() < 5 and day not in closes:
            special[day] = None
        elif day in closes and closes[day].time() != time(17):
            special[day] = closes[day].time()
    return special


def packaged() -> dict[date, time | None]:
    table = packaged_calendar()
    closed: dict[date, time | None] = dict.fromkeys(table.holidays)
    return closed | {day: entry.close for day, entry in table.early_closes.items()}


def test_every_difference_from_the_library_is_listed(library):
    ours = packaged()
    missing = object()
    differing = {
        day
        for day in ours.keys() | library.keys()
        if ours.get(day, missing) != library.get(day, missing)
    }
    assert differing == DEVIATIONS.keys()


def test_the_table_covers_2025_to_2028_and_names_weekdays_only():
    table = packaged_calendar()
    assert table.covered_until == LAST
    assert table.covers(LAST)
    assert not table.covers(date(2029, 1, 1))
    days = table.holidays | table.early_closes.keys()
    assert all(FIRST <= day <= LAST and day.weekday() < 5 for day in days)
    assert not table.holidays & table.early_closes.keys()


def test_early_closes_are_instants():
    table = packaged_calendar()
    assert table.early_close(date(2026, 11, 27)) == datetime(2026, 11, 27, 18, 15, tzinfo=UTC)
    assert table.early_close(date(2026, 7, 3)) == datetime(2026, 7, 3, 17, tzinfo=UTC)
    assert table.early_close(date(2026, 7, 2)) is None


def test_the_users_days_win_date_by_date():
    base = packaged_calendar()
    own_close = EarlyClose(date(2026, 12, 25), time(13), "America/New_York")
    own = HolidayCalendar(
        frozenset({date(2026, 11, 27)}), {own_close.day: own_close}, date(2026, 12, 31)
    )
    merged = base.merged(own)
    assert merged.is_holiday(date(2026, 11, 27))
    assert merged.early_close(date(2026, 11, 27)) is None
    assert not merged.is_holiday(date(2026, 12, 25))
    assert merged.early_close(date(2026, 12, 25)) == datetime(2026, 12, 25, 18, tzinfo=UTC)
    assert merged.is_holiday(date(2027, 1, 1))
    assert merged.covered_until == base.covered_until
