"""The locks of RULE-009, their reason, and when its clock closes what is open."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, timedelta

from risk_manager.domain.decisions import CeilingPolicy, LockOut
from risk_manager.domain.ids import ContractId
from risk_manager.domain.locks import LockKind, Lockout
from risk_manager.utils.datetime_helpers import zone_of
from risk_manager.utils.sessions import SessionCalendar, SessionState
from risk_manager.utils.wording import wall_time


def session_lock(scope: str, until: datetime | None, staying: Set[ContractId]) -> LockOut:
    """A lock until the next start; `staying` contracts keep the exposure they have."""
    ceiling = CeilingPolicy.EXPOSURE if staying else CeilingPolicy.ZERO
    return LockOut(LockKind.UNTIL_SESSION, until, scope, ceiling, frozenset(staying))


def is_weaker(lock: Lockout | None, until: datetime | None, staying: Set[ContractId]) -> bool:
    """Whether a lock is missing, ends too early, or leaves what may no longer stay."""
    if lock is None:
        return True
    if lock.until is not None and (until is None or lock.until < until):
        return True
    return any(size != 0 and contract not in staying for contract, size in lock.ceilings.items())


def forced_close(state: SessionState, grace: timedelta, now: datetime) -> datetime | None:
    """When what was open at the session's end is closed; None when that is not ahead."""
    end = state.ends_at if state.open else state.last_end
    return end + grace if end is not None and end + grace > now else None


def closed_reason(calendar: SessionCalendar, closed: list[str], now: datetime, zone: str) -> str:
    """Why, in words: which symbols are closed and when the first opens, in an IANA zone's time."""
    states = [calendar.state(root, now) for root in closed]
    starts = [state.next_start for state in states if state.next_start is not None]
    start = min(starts, default=calendar.account_closure(now).until)
    opens = "" if start is None else f" - opens {wall_time(start, zone_of(zone), now)}"
    holiday = " (holiday)" if any(state.holiday for state in states) else ""
    return f"session closed: {', '.join(closed) or 'all symbols'}{holiday}{opens}"
