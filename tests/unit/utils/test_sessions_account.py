"""When the whole account is closed by RULE-009's hours, and what an unresolved root is."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from risk_manager.utils.sessions import SessionCalendar, SessionWindow

NY = "America/New_York"
DAY_HOURS = SessionWindow(time(9, 30), time(16), NY)
OVERNIGHT = SessionWindow(time(18), time(17), NY)


def at(text: str) -> datetime:
    """An instant from New York text such as `2026-03-13 16:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(NY)).astimezone(UTC)


def calendar(window, roots):
    return SessionCalendar(window, roots, frozenset(range(5)), None)


@pytest.mark.parametrize(
    ("window", "roots", "now", "closed", "until"),
    [
        (DAY_HOURS, {}, "2026-03-11 16:00", True, "2026-03-12 09:30"),
        (DAY_HOURS, {}, "2026-03-11 12:00", False, None),
        (DAY_HOURS, {"ES": OVERNIGHT}, "2026-03-11 17:30", True, "2026-03-11 18:00"),
        (DAY_HOURS, {"ES": OVERNIGHT}, "2026-03-11 18:00", False, None),
        # Without a global session roots that are not listed are always open.
        (None, {"ES": OVERNIGHT}, "2026-03-11 17:30", False, None),
        (None, {}, "2026-03-11 17:30", False, None),
    ],
)
def test_account_lock(window, roots, now, closed, until):
    closure = calendar(window, roots).account_closure(at(now))
    assert closure.closed is closed
    assert closure.until == (None if until is None else at(until))


@pytest.mark.parametrize(
    ("window", "roots", "now", "closed"),
    [
        (DAY_HOURS, {"ES": OVERNIGHT}, "2026-03-11 17:30", True),
        (DAY_HOURS, {"ES": OVERNIGHT}, "2026-03-11 20:00", False),
        (None, {"ES": OVERNIGHT}, "2026-03-11 17:30", True),
        (None, {}, "2026-03-11 17:30", False),
    ],
)
def test_an_unresolved_root_is_closed_only_when_every_window_is(window, roots, now, closed):
    assert calendar(window, roots).unresolved_closed(at(now)) is closed
