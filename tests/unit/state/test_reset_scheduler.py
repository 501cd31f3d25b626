"""MOD-004: boundaries and trading-day labels."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.state.reset_scheduler import ResetSchedule

NY = ResetSchedule(time(17), "America/New_York")
CHICAGO = ResetSchedule(time(17), "America/Chicago")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "day", "hour"),
    [
        (NY, "2026-03-07", 22),
        (NY, "2026-03-08", 21),
        (NY, "2026-10-31", 21),
        (NY, "2026-11-01", 22),
        (CHICAGO, "2026-03-07", 23),
        (CHICAGO, "2026-03-08", 22),
        (CHICAGO, "2026-10-31", 22),
        (CHICAGO, "2026-11-01", 23),
    ],
)
def test_daylight_saving_table(schedule, day, hour):
    """S61, S62."""
    boundary = utc(day) + timedelta(hours=hour)
    before = boundary - timedelta(microseconds=1)
    assert schedule.next_reset(before) == boundary
    assert schedule.last_boundary(boundary) == boundary
    assert schedule.next_reset(boundary) > boundary
    assert schedule.trading_day(before) == date.fromisoformat(day)
    assert schedule.trading_day(boundary) == date.fromisoformat(day) + timedelta(days=1)


def test_s20_a_day_spans_midnight():
    evening, after_midnight = utc("2026-03-10 03:50"), utc("2026-03-10 04:10")
    assert NY.trading_day(evening) == NY.trading_day(after_midnight) == date(2026, 3, 10)


def test_days_have_23_and_25_hours():
    spring, autumn = utc("2026-03-08 00:00"), utc("2026-11-01 00:00")
    assert NY.next_reset(spring) - NY.last_boundary(spring) == timedelta(hours=23)
    assert NY.next_reset(autumn) - NY.last_boundary(autumn) == timedelta(hours=25)


@pytest.mark.parametrize(
    ("at", "now", "boundary"),
    [
        # 02:30 does not exist on 2026-03-08: the first valid instant is 03:00 summer time.
        (time(2, 30), "2026-03-08 12:00", "2026-03-08 07:00"),
        # 01:30 comes twice on 2026-11-01: the first one counts.
        (time(1, 30), "2026-11-01 06:00", "2026-11-01 05:30"),
        (time(1, 30), "2026-11-01 06:45", "2026-11-01 05:30"),
        (time(0, 0), "2026-03-09 04:00", "2026-03-09 04:00"),
    ],
)
def test_odd_reset_times(at, now, boundary):
    assert ResetSchedule(at, "America/New_York").last_boundary(utc(now)) == utc(boundary)


def test_schedules_compare_by_value():
    assert ResetSchedule(time(17), "America/New_York") == NY
    assert NY != CHICAGO
    assert len({NY, ResetSchedule(time(17), "America/New_York")}) == 1
    with pytest.raises(ValueError, match="EST"):
        ResetSchedule(time(17), "EST")


ZONES = ["America/New_York", "America/Chicago", "Europe/Berlin", "Australia/Lord_Howe"]
SCHEDULES = st.builds(
    ResetSchedule,
    st.times().map(lambda value: value.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES),
)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  the strategy wants naive bounds


@settings(max_examples=300, deadline=None)
@given(SCHEDULES, INSTANTS, INSTANTS)
def test_any_instant_lies_in_exactly_one_day(schedule, now, other):
    schedule.trading_day(other)
    begins, ends = schedule.last_boundary(now), schedule.next_reset(now)
    assert begins <= now < ends
    assert timedelta(hours=22, minutes=30) <= ends - begins <= timedelta(hours=25, minutes=30)
    assert schedule.last_boundary(ends) == ends
    assert schedule.next_reset(begins) == ends
    assert schedule.trading_day(ends) == schedule.trading_day(now) + timedelta(days=1)
