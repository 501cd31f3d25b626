"""The lock that ends a trading day (pure; rules 003, 004, 005 and 013)."""

from __future__ import annotations

from enum import StrEnum

from risk_manager.domain.decisions import LockOut
from risk_manager.domain.locks import LockKind
from risk_manager.domain.view import AccountView


class LockoutUntil(StrEnum):
    """When the lock ends."""

    DAILY_RESET = "daily_reset"
    PERMANENT = "permanent"


class DayEnforcement(StrEnum):
    """The only allowed effect of a limit on the day's realised P&L."""

    CLOSE_ALL_AND_LOCKOUT = "close_all_and_lockout"


def day_lock(until: LockoutUntil, view: AccountView) -> LockOut:
    """Return the account lock with ceiling zero: to the next reset after now, or for good."""
    if until is LockoutUntil.PERMANENT:
        return LockOut(LockKind.PERMANENT, None)
    return LockOut(LockKind.UNTIL_RESET, view.next_reset)
