"""The lock that ends a trading day (003, 004, 005, 013), and the keys that 003 and 013 share."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from risk_manager.config.base import Choice, DayKeys
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


class DayLimitConfig(DayKeys):
    """The keys of a limit on the day's realised P&L."""

    enforcement: Choice[DayEnforcement] = Field(
        default=DayEnforcement.CLOSE_ALL_AND_LOCKOUT,
        description="Restates the effect; no other value is allowed.",
    )
    lockout_until: Choice[LockoutUntil] = Field(
        default=LockoutUntil.DAILY_RESET,
        description="daily_reset, or permanent (ends only by a manual unlock).",
    )
    include_fees: bool = Field(
        default=False, description="Use net P&L: subtract fees and commissions of every fill."
    )


def day_lock(until: LockoutUntil, view: AccountView) -> LockOut:
    """Return the account lock with ceiling zero: to the next reset after now, or for good."""
    if until is LockoutUntil.PERMANENT:
        return LockOut(LockKind.PERMANENT, None)
    return LockOut(LockKind.UNTIL_RESET, view.next_reset)
