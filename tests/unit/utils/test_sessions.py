"""RULE-009's session hours: every worked row of the rule, daylight saving, and properties."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from risk_manager.utils.holidays import EarlyClose, HolidayCalendar, packaged_calendar
from risk_manager.utils.sessions import SessionCalendar, SessionWindow

NY = "America/New_York"
WEEKDAYS = frozenset(range(5))
DAY_HOURS = SessionWindow(time(9, 30), time(16), NY)
OVERNIGHT = SessionWindow(time(18), time(17), NY)


def at(text: str, zone: str = NY) -> datetime:
    """An instant from local text such as `2026-03-13 16:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def calendar(window=DAY_HOURS, roots=None, days=WEEKDAYS, closed=(), early=()):
    holidays = HolidayCalendar(
        frozenset(closed), {item.day: item for item in early}, date(2030, 1, 1)
    )
    return SessionCalendar(window, roots or {}, days, holidays)


# 2026-03-09 is a Monday; daylight saving began the day before.
@pytest.mark.parametrize(
    ("now", "is_open", "next_start"),
    [
        ("2026-03-11 09:29:59", False, "2026-03-11 09:30"),
        ("2026-03-11 09:30:00", True, "2026-03-12 09:30"),
        ("2026-03-11 15:59:59", True, "2026-03-12 09:30"),
        ("2026-03-11 16:00:00", False, "2026-03-12 09:30"),
        ("2026-03-13 16:00:00", False, "2026-03-16 09:30"),
        ("2026-03-14 12:00:00", False, "2026-03-16 09:30"),
    ],
)
def test_s57_day_hours(now, is_open, next_start):
    state = calendar().state("MNQ", at(now))
    assert state.open is is_open
    assert state.next_start == at(next_start)
    assert state.ends_at == (at(f"{now[:10]} 16:00") if is_open else None)


def test_s58_evening_before_a_friday_holiday():
    hours = calendar(closed=[date(2026, 3, 13)])
    state = hours.state("MNQ", at("2026-03-12 20:00"))
    assert (state.open, state.holiday) == (False, False)
    assert state.next_start == at("2026-03-16 09:30")
    assert state.last_end == at("2026-03-12 16:00")
    assert hours.state("MNQ", at("2026-03-13 10:00")).holiday


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-03-09 17:30:00", False),
        ("2026-03-09 18:00:00", True),
        ("2026-03-10 02:00:00", True),
        ("2026-03-13 17:00:00", False),
        ("2026-03-15 17:59:59", False),
        ("2026-03-15 18:00:00", True),
    ],
)
def test_s59_overnight_hours(now, is_open):
    state = calendar(None, {"ES": OVERNIGHT}).state("ES", at(now))
    assert state.open is is_open


def test_s59_friday_to_sunday():
    state = calendar(None, {"ES": OVERNIGHT}).state("ES", at("2026-03-13 17:00"))
    assert state.next_start == at("2026-03-15 18:00")


def test_s60_a_root_of_its_own():
    hours = calendar(DAY_HOURS, {"ES": OVERNIGHT})
    now = at("2026-03-11 20:00")
    assert not hours.state("NQ", now).open
    assert hours.state("ES", now).open
    assert not hours.account_closure(now).closed


def test_s61_opening_on_the_first_day_of_summer_time():
    state = calendar(None, {"ES": OVERNIGHT}).state("ES", at("2026-03-08 12:00"))
    assert state.next_start == datetime(2026, 3, 8, 22, tzinfo=UTC)


def test_s62_a_start_in_the_doubled_hour_happens_once():
    hours = calendar(SessionWindow(time(1, 30), time(5), NY), days=frozenset({6}))
    now = datetime(2026, 11, 1, 4, tzinfo=UTC)
    starts = []
    while (following := hours.next_transition(now)) < datetime(2026, 11, 2, tzinfo=UTC):
        starts.append(following)
        now = following
    assert starts == [
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 10, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("close", "zone", "now", "is_open"),
    [
        (time(13), NY, "2026-11-27 12:59:59", True),
        (time(13), NY, "2026-11-27 13:00:00", False),
        (time(12), "America/Chicago", "2026-11-27 12:59:59", True),
        (time(12), "America/Chicago", "2026-11-27 13:00:00", False),
        (time(9, 30), NY, "2026-11-27 09:30:00", False),
        (time(9, 31), NY, "2026-11-27 09:30:00", True),
        (time(20), NY, "2026-11-27 16:00:00", False),
    ],
)
def test_s63_early_closes_are_compared_as_instants(close, zone, now, is_open):
    early = EarlyClose(date(2026, 11, 27), close, zone)
    assert calendar(early=[early]).state("MNQ", at(now)).open is is_open


def test_overnight_into_an_early_close_reopens_the_same_evening():
    early = EarlyClose(date(2026, 1, 19), time(12), "America/Chicago")
    hours = calendar(None, {"ES": OVERNIGHT}, early=[early])
    assert hours.state("ES", at("2026-01-18 18:00")).open
    closed = hours.state("ES", at("2026-01-19 13:00"))
    assert not closed.open
    assert not closed.holiday
    assert closed.last_end == at("2026-01-19 13:00")
    assert closed.next_start == at("2026-01-19 18:00")


def test_the_evening_before_a_full_closure_is_shown_as_holiday():
    hours = calendar(None, {"ES": OVERNIGHT}, closed=[date(2026, 12, 25)])
    assert not hours.state("ES", at("2026-12-24 17:30")).holiday
    for now in ("2026-12-24 18:00", "2026-12-25 03:00", "2026-12-25 17:30"):
        state = hours.state("ES", at(now))
        assert (state.open, state.holiday) == (False, True)
        # Friday's holiday leaves nothing before Sunday evening.
        assert state.next_start == at("2026-12-27 18:00")


def test_holidays_may_be_left_out_of_account():
    hours = SessionCalendar(DAY_HOURS, {}, WEEKDAYS, None)
    assert hours.state("MNQ", at("2026-12-25 10:00")).open


def test_packaged_table_good_friday_with_employment_report():
    hours = SessionCalendar(OVERNIGHT, {}, WEEKDAYS, packaged_calendar())
    assert hours.state("ES", at("2026-04-02 20:00")).open
    assert not hours.state("ES", at("2026-04-03 09:15")).open


def test_without_any_day_there_is_no_next_start():
    state = calendar(days=frozenset()).state("MNQ", at("2026-03-11 12:00"))
    assert (state.open, state.next_start, state.last_end) == (False, None, None)


def test_start_and_end_must_differ():
    with pytest.raises(ValueError, match="same time"):
        SessionWindow(time(9), time(9), NY)


def test_asking_out_of_order_gives_the_same_answers():
    hours = calendar(DAY_HOURS, {"ES": OVERNIGHT}, closed=[date(2026, 3, 13)])
    start = at("2026-03-08 00:00")
    instants = [start + timedelta(minutes=37 * step) for step in range(400)]
    for root in ("ES", "NQ"):
        forward = [hours.state(root, now) for now in instants]
        backward = [
            calendar(DAY_HOURS, {"ES": OVERNIGHT}, closed=[date(2026, 3, 13)]).state(root, now)
            for now in instants
        ]
        assert forward == backward
