"""RULE-009 with the hours of the scenarios."""

from collections.abc import Mapping
from typing import Any

from risk_manager.rules.base_rule import Rule
from risk_manager.utils.holidays import HolidayCalendar
from tests.support.stage import NO_HOLIDAYS, rule

NY = "America/New_York"
DAY = {"start": "09:30", "end": "16:00", "timezone": NY}
OVERNIGHT = {"start": "18:00", "end": "17:00", "timezone": NY}


def hours(
    day: Mapping[str, str] | None = None,
    own: Mapping[str, Mapping[str, str]] | None = None,
    holidays: HolidayCalendar = NO_HOLIDAYS,
    **keys: object,
) -> Rule[Any]:
    """The rule with a global session `day` and sessions per root.

    The global session is 09:30 to 16:00 unless only `own` is given; then it is off.
    """
    if day is not None or own is None:
        keys["global_session"] = {"enabled": True, **(day or DAY)}
    if own is not None:
        keys["per_instrument_sessions"] = {"enabled": True, "sessions": own}
    return rule("session_block_outside", holidays, **keys)
