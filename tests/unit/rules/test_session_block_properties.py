"""RULE-009: closes exactly outside the hours, and every lock ends when they begin again."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from risk_manager.utils.holidays import packaged_calendar
from tests.support.make import ACCOUNT, NEW_YORK, position
from tests.support.sessions import DAY, OVERNIGHT, hours
from tests.support.stage import Stage

instants = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    datetime(2026, 12, 31),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=st.just(UTC),
)
A_TICK = timedelta(microseconds=1)
TABLE = packaged_calendar()  # read here: the first example must not wait for the file


def is_day_session(now: datetime) -> bool:
    """09:30 to 16:00 New York on weekdays, told by the wall clock alone."""
    local = now.astimezone(NEW_YORK)
    return local.weekday() < 5 and time(9, 30) <= local.time() < time(16)


def is_overnight_session(now: datetime) -> bool:
    """18:00 to 17:00 New York: Sunday evening to Friday, less an hour a day."""
    local = now.astimezone(NEW_YORK)
    trading_day = local + timedelta(hours=6)  # 18:00 becomes the midnight it counts as
    return trading_day.weekday() < 5 and not time(17) <= local.time() < time(18)


def check(stage: Stage, is_open) -> None:
    """Close if and only if outside; a lock ends in the future, when the hours begin again."""
    opened = stage.now - timedelta(days=5)
    wanted = stage.restored([position("ES", 1, opened=opened)])
    locks = stage.market.locks.active(ACCOUNT, stage.now)
    if is_open(stage.now):
        assert wanted == []
        assert locks == []
        return
    assert wanted[-1] == "close ES"
    assert locks
    for lock in locks:
        assert lock.until is not None
        assert stage.now < lock.until <= stage.now + timedelta(days=3)
        assert lock.until.tzinfo is UTC
        assert is_open(lock.until)
        assert not is_open(lock.until - A_TICK)
        assert lock.ceilings == {}


@given(instants)
def test_day_hours(now):
    check(Stage(hours(), now=now), is_day_session)


@given(instants)
def test_overnight_hours(now):
    check(Stage(hours(own={"ES": OVERNIGHT}), now=now), is_overnight_session)


@given(instants)
def test_the_account_is_locked_only_when_both_are_closed(now):
    stage = Stage(hours(DAY, {"ES": OVERNIGHT}), now=now)
    stage.restored()
    closed = not is_day_session(now) and not is_overnight_session(now)
    assert stage.market.locks.is_locked_out(ACCOUNT, now) is closed
    assert stage.market.locks.is_symbol_locked(ACCOUNT, "ES", now) is not is_overnight_session(now)


@given(instants)
def test_a_holiday_never_opens_what_is_closed(now):
    ordinary = Stage(hours(), now=now).restored([position("ES", 1, opened=now)])
    table = hours(holidays=TABLE)
    respected = Stage(table, now=now).restored([position("ES", 1, opened=now)])
    assert "close ES" in respected or ordinary == []
    assert bool(respected) >= bool(ordinary)
