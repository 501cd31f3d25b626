"""When a product trades (gateway reference, section 5.3), in Chicago wall time.

Holidays are not known here: a simulated exchange keeps the ordinary week.
"""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

CHICAGO = ZoneInfo("America/Chicago")
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def is_open(group: str, at: datetime) -> bool:
    """Return whether the product group trades at the aware instant `at`."""
    local = at.astimezone(CHICAGO)
    day, clock = local.weekday(), local.time()
    if group == "grain":
        return _overnight(day, clock, time(19), time(7, 45)) or _day_session(
            day, clock, time(8, 30), time(13, 20)
        )
    if group == "meat":
        return _day_session(day, clock, time(8, 30), time(13, 5))
    return _overnight(day, clock, time(17), time(16))


def _overnight(day: int, clock: time, opens: time, closes: time) -> bool:
    """Return whether a session from Sunday to Thursday evening until the next day is on."""
    evening = clock >= opens and day not in (_FRIDAY, _SATURDAY)
    next_day = clock < closes and day not in (_SATURDAY, _SUNDAY)
    return evening or next_day


def _day_session(day: int, clock: time, opens: time, closes: time) -> bool:
    return day <= _FRIDAY and opens <= clock < closes
