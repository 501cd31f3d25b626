"""From run to run: what a start says and ends of the last one, and what an end leaves behind."""

from __future__ import annotations

import logging
from datetime import datetime

from risk_manager.core.interrupted import Records, close_interrupted
from risk_manager.core.store_keeper import StoreKeeper
from risk_manager.domain.locks import Lockout
from risk_manager.state.stored_state import StoredState
from risk_manager.utils.datetime_helpers import format_instant

_log = logging.getLogger("risk_manager.daemon")


def take_over(stored: StoredState, keeper: StoreKeeper, now: datetime) -> Records:
    """Log the locks still in force at trusted `now`; give open lines of the log an outcome.

    Returns the lines of the log.
    """
    for lock in stored.locks:
        if lock.is_active(now):
            _log.info("restored: %s", lock_line(lock, now))
    records, interrupted = close_interrupted(stored.enforcement)
    keeper.commit(interrupted, now)
    return records


def hand_over(keeper: StoreKeeper, now: datetime) -> None:
    """Store what waits at the end of a run, at trusted `now`; say what could not be stored."""
    if not keeper.close(now):
        _log.error("rows were not stored: %s", keeper.problem)


def lock_line(lock: Lockout, now: datetime) -> str:
    """Return a lock in words; `now` is trusted time."""
    key = lock.key
    end = "no end time"
    if lock.until is not None:
        minutes, seconds = divmod(int((lock.until - now).total_seconds()), 60)
        end = f"until {format_instant(lock.until)} ({minutes} min {seconds} s left)"
    return f"account {key.account_id}, {key.rule_id} on {key.scope}, {end}: {lock.reason}"
