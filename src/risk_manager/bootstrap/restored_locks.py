"""What a start says of the locks it found, before anything is decided (daemon start, step 7)."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from risk_manager.domain.locks import Lockout
from risk_manager.utils.datetime_helpers import format_instant

_log = logging.getLogger("risk_manager.daemon")


def say_restored(locks: Iterable[Lockout], now: datetime) -> None:
    """Log each lock still in force at trusted `now`: account, rule, until, remaining, reason."""
    for lock in locks:
        if lock.is_active(now):
            _log.info("restored: %s", lock_line(lock, now))


def lock_line(lock: Lockout, now: datetime) -> str:
    """Return a lock in words; `now` is trusted time."""
    key = lock.key
    end = "no end time"
    if lock.until is not None:
        minutes, seconds = divmod(int((lock.until - now).total_seconds()), 60)
        end = f"until {format_instant(lock.until)} ({minutes} min {seconds} s left)"
    return f"account {key.account_id}, {key.rule_id} on {key.scope}, {end}: {lock.reason}"
