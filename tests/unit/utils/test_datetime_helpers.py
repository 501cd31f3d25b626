"""Wall times into instants, and the instants of the wire."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.utils.datetime_helpers import (
    format_instant,
    local_instant,
    parse_instant,
    parse_wall_time,
    trading_day,
    zone_of,
)

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        ((2026, 3, 8), time(1, 59), "America/New_York", "2026-03-08T06:59:00.000Z"),
        ((2026, 3, 8), time(2, 0), "America/New_York", "2026-03-08T07:00:00.000Z"),
        ((2026, 3, 8), time(2, 30), "America/New_York", "2026-03-08T07:00:00.000Z"),
        ((2026, 3, 8), time(3, 0), "America/New_York", "2026-03-08T07:00:00.000Z"),
        ((2026, 11, 1), time(1, 30), "America/New_York", "2026-11-01T05:30:00.000Z"),
        ((2026, 11, 1), time(1, 30), "America/Chicago", "2026-11-01T06:30:00.000Z"),
        # Lord Howe moves its clocks by half an hour.
        ((2026, 10, 4), time(2, 10), "Australia/Lord_Howe", "2026-10-03T15:30:00.000Z"),
        # Samoa left out a whole day.
        ((2011, 12, 30), time(12, 0), "Pacific/Apia", "2011-12-30T10:00:00.000Z"),
    ],
)
def test_missing_and_doubled_hours(day, wall, zone, expected):
    assert format_instant(local_instant(date(*day), wall, ZoneInfo(zone))) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.dates(date(2000, 1, 1), date(2037, 12, 31)),
    st.integers(0, 24 * 60 - 2),
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Europe/London"]),
)
def test_later_wall_times_are_never_earlier_instants(day, minute, zone):
    midnight = datetime.combine(day, time(0))
    first, second = ((midnight + timedelta(minutes=minute + step)).time() for step in (0, 1))
    here, there = (local_instant(day, wall, ZoneInfo(zone)) for wall in (first, second))
    # In the doubled hour the first occurrence counts, so the hour after it jumps; never backwards.
    assert here <= there


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2026-03-09T21:00:00Z", 0),
        ("2026-03-09T21:00:00+00:00", 0),
        ("2026-03-09T21:00:00.1+00:00", 100_000),
        ("2026-03-09T21:00:00.123+00:00", 123_000),
        ("2026-03-09T21:00:00.12345Z", 123_450),
        ("2026-03-09T21:00:00.123456Z", 123_456),
        ("2026-03-09T21:00:00.1234569+00:00", 123_456),
        ("2026-03-09T16:00:00.1234569-05:00", 123_456),
        ("2026-03-09T21:00:00.9999999", 999_999),
    ],
)
def test_instants_with_0_to_7_fraction_digits(text, micros):
    assert parse_instant(text) == datetime(2026, 3, 9, 21, 0, 0, micros, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "2026-03-09", "21:00", "2026-13-09T21:00:00Z", "2026-03-09T25:00:00Z",
             "0001-01-01T00:00:00+14:00", "2026-03-09T21:00:00.1x", "٢٠٢٦-03-09T21:00:00Z"]
)  # fmt: skip
def test_other_texts_are_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)


@pytest.mark.parametrize(
    "text", ["9:30", "24:00", "17:60", "17:00:00", "1700", "\uff11\uff17:00", ""]
)
def test_wall_times_have_one_form(text):
    with pytest.raises(ValueError, match="HH:MM"):
        parse_wall_time(text)


@pytest.mark.parametrize("name", ["EST", "CST", "", "America", "Mars/Base", "../UTC", "/etc/UTC"])
def test_zone_names_are_iana_regions(name):
    with pytest.raises(ValueError, match=r"."):
        zone_of(name)


def test_a_reset_just_after_midnight_when_clocks_go_back_across_it():
    # Greenland set its clocks back from Sunday 00:00 to Saturday 23:00 on 2024-10-27 (01:00 UTC).
    nuuk = ZoneInfo("America/Nuuk")
    first, second = (datetime(2024, 10, 27, hour, 30, tzinfo=UTC) for hour in (0, 1))
    assert trading_day(first, time(23, 15), nuuk) == date(2024, 10, 27)
    assert trading_day(second, time(23, 15), nuuk) == date(2024, 10, 27)
