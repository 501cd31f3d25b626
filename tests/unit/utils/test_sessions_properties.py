"""What must hold for any window, zone, set of days and calendar."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.utils.holidays import EarlyClose, HolidayCalendar
from risk_manager.utils.sessions import SessionCalendar, SessionWindow

ZONES = ["America/New_York", "America/Chicago", "Europe/London", "Australia/Lord_Howe", "UTC"]
TIMES = st.times().map(lambda value: value.replace(second=0, microsecond=0))
DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))
INSTANTS = st.datetimes(datetime(2026, 2, 1), datetime(2027, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001  the strategy wants naive bounds


@st.composite
def windows(draw):
    start, end = draw(st.lists(TIMES, min_size=2, max_size=2, unique=True))
    return SessionWindow(start, end, draw(st.sampled_from(ZONES)))


@st.composite
def calendars(draw):
    closed = draw(st.frozensets(DATES, max_size=20))
    early = draw(st.dictionaries(DATES, TIMES, max_size=20))
    closes = {
        day: EarlyClose(day, at, "America/Chicago")
        for day, at in early.items()
        if day not in closed
    }
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    holidays = draw(st.none() | st.just(HolidayCalendar(closed, closes, date(2028, 1, 1))))
    return SessionCalendar(draw(windows()), {"ES": draw(windows())}, days, holidays)


@settings(max_examples=150, deadline=None)
@given(calendars(), INSTANTS, st.sampled_from(["ES", "NQ"]))
def test_bounds_lie_on_the_right_side(hours, now, root):
    state = hours.state(root, now)
    assert state.open == (state.ends_at is not None)
    if state.ends_at is not None:
        assert now < state.ends_at
        # 24 h and the hour that autumn adds
        assert state.ends_at - now <= timedelta(hours=25)
    assert state.next_start is None or state.next_start > now
    assert state.last_end is None or state.last_end <= now


@settings(max_examples=150, deadline=None)
@given(calendars(), INSTANTS, st.sampled_from(["ES", "NQ"]))
def test_open_exactly_from_start_to_end(hours, now, root):
    state = hours.state(root, now)
    second = timedelta(seconds=1)
    if state.next_start is not None:
        assert hours.state(root, state.next_start).open
    if state.ends_at is not None:
        assert hours.state(root, state.ends_at - second).open
        after = hours.state(root, state.ends_at)
        # Open again at once only when the next session touches this one.
        assert not after.open or after.last_end == state.ends_at


@settings(max_examples=150, deadline=None)
@given(calendars(), INSTANTS)
def test_nothing_changes_between_transitions(hours, now):
    following = hours.next_transition(now)
    if following is None:
        return
    assert following > now
    middle = now + (following - now) / 2
    for root in ("ES", "NQ"):
        first, second = hours.state(root, now), hours.state(root, middle)
        assert (first.open, first.ends_at, first.next_start) == (
            second.open, second.ends_at, second.next_start,
        )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(calendars(), INSTANTS)
def test_an_account_lock_needs_every_root_closed_and_ends_in_the_future(hours, now):
    closure = hours.account_closure(now)
    assert closure.closed == (not hours.state("ES", now).open and not hours.state("NQ", now).open)
    assert closure.until is None or closure.until > now


@settings(max_examples=100, deadline=None)
@given(calendars(), DATES, st.integers(0, 24 * 60))
def test_a_holiday_has_no_session(hours, day, minute):
    if hours.holidays is None:
        return
    window = hours.global_window
    assert not (hours.holidays.is_holiday(day) and hours.session(window, day))
    pair = hours.session(window, day)
    early = hours.holidays.early_close(day)
    assert pair is None or early is None or pair[1] <= early
