"""Whether CME Globex is open: only then does silence of the quotes mean anything.

Sunday to Thursday 17:00 to 16:00 Chicago of the next day (venue's published hours), less the
packaged closures and early closes. Grains and meats trade shorter hours; for them silence outside
is not told apart.
"""

from __future__ import annotations

from datetime import datetime, time
from functools import lru_cache

from risk_manager.utils.holidays import packaged_calendar
from risk_manager.utils.session_window import SessionState
from risk_manager.utils.sessions import SessionCalendar, SessionWindow

GLOBEX = SessionWindow(time(17, 0), time(16, 0), "America/Chicago")
_WEEKDAYS = frozenset(range(5))


@lru_cache(maxsize=1)
def _calendar() -> SessionCalendar:
    return SessionCalendar(GLOBEX, {}, _WEEKDAYS, packaged_calendar())


def globex_state(now: datetime) -> SessionState:
    """Whether Globex trades at `now` (aware UTC), until when, or from when on."""
    return _calendar().window_state(GLOBEX, now)


def is_globex_open(now: datetime) -> bool:
    """Whether Globex trades at `now` (aware UTC)."""
    return globex_state(now).open
