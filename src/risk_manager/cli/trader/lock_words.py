"""A lock in one line: what, why, until when, and what is still allowed."""

from __future__ import annotations

from typing import Final

from risk_manager.cli.formatting import only_number, signed
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow, LockRow, Status
from risk_manager.domain.locks import LockKind
from risk_manager.utils.messages import lock_line
from risk_manager.utils.wording import ending_in_words, wall_time_24

_KINDS: Final = {kind.value: kind for kind in LockKind}
_TARGET: Final = "RULE-013"
_WORDS: Final = {
    LockKind.COOLDOWN: "COOLDOWN",
    LockKind.BY_CONDITION: "ACCOUNT RESTRICTED",
    LockKind.BY_CONDITION_KEPT: "ACCOUNT RESTRICTED",
    LockKind.UNTIL_SESSION: "SESSION CLOSED",
}


def lock_words(frame: Frame, status: Status, account: AccountRow, lock: LockRow) -> str:
    """Return the line of a lock, e.g. `LOCKED OUT - daily loss ... - reset ... - nothing to do`."""
    word, reason = word_of(account, lock), lock.reason
    ending = ending_of(frame, status, account, lock)
    if word == "SESSION CLOSED":
        reason = "" if lock.scope == "account" else lock.scope
    elif word == "BLOCKED SYMBOL":
        reason = lock.scope
    elif word == "TARGET REACHED":
        reading = only_number(lock.reading)
        reason = lock.reason if reading is None else signed(reading)
        ending = f"well done, {ending}"
    return lock_line(word, reason, ending, lock.allowed)


def word_of(account: AccountRow, lock: LockRow) -> str:
    """Return the words a lock begins with; they say what kind of lock it is."""
    kind = _KINDS.get(lock.kind)
    if kind is LockKind.UNTIL_SESSION:
        return "SESSION CLOSED"
    if lock.scope != "account":
        return "BLOCKED SYMBOL"
    if lock.rule == _TARGET:
        return "TARGET REACHED"
    if kind is LockKind.COOLDOWN and _is_for_the_day(account, lock):
        return "LOCKED"
    return "LOCKED OUT" if kind is None else _WORDS.get(kind, "LOCKED OUT")


def ending_of(frame: Frame, status: Status, account: AccountRow, lock: LockRow) -> str:
    """Return how the lock ends; a kind of a later version falls back on its instant."""
    now, zone = frame.now(status), frame.zone(account)
    kind = _KINDS.get(lock.kind)
    if kind is LockKind.COOLDOWN and lock.until is not None and _is_for_the_day(account, lock):
        return f"until {frame.when(lock.until, account, status)}"
    if kind is not None:
        return ending_in_words(kind, lock.until, now, zone, frame.pc_zone)
    return f"until {wall_time_24(lock.until, zone, now)}" if lock.until else "no end time"


def _is_for_the_day(account: AccountRow, lock: LockRow) -> bool:
    """Whether a cooldown lasts until the reset or longer: a count of seconds says little."""
    if lock.until is None or account.next_reset_at is None:
        return False
    return lock.until >= account.next_reset_at
