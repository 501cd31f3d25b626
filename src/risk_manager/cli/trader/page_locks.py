"""Page 7: what is locked, until when, what is still allowed, and the last five locks."""

from __future__ import annotations

from rich.text import Text

from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.lock_words import ending_of, word_of
from risk_manager.cli.trader.model import AccountRow, LockRow, Status
from risk_manager.cli.trader.model_history import PastLockRow
from risk_manager.utils.rule_names import RULE_NAMES
from risk_manager.utils.wording import duration


def locks_lines(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return the page, of any length."""
    lines = [frame.title("Locks in force")]
    for lock in account.locks:
        lines += _lock(frame, status, account, lock)
    if not account.locks:
        lines.append(frame.line("  none: nothing is locked", "green"))
    lines.append(frame.title("The last five"))
    if frame.history is None:
        return [*lines, frame.line("  being asked for")]
    past = [line for row in frame.history.locks for line in _past(frame, account, row)]
    return [*lines, *(past or [frame.line("  none")])]


def _lock(frame: Frame, status: Status, account: AccountRow, lock: LockRow) -> list[Text]:
    scope = "the whole account" if lock.scope == "account" else lock.scope
    rows = [
        ("rule", f"{lock.rule} {RULE_NAMES.get(lock.rule, '')} - {scope}"),
        ("why", lock.reason),
        ("since", "-" if lock.set_at is None else frame.when(lock.set_at, account, status)),
        ("ends", ending_of(frame, status, account, lock)),
        ("allowed", lock.allowed),
    ]
    if lock.until is not None:
        left = (lock.until - frame.now(status)).total_seconds()
        rows.insert(4, ("left", duration(max(0.0, left))))
    return [
        frame.line(f"  {word_of(account, lock)}", "bold red"),
        *(frame.line(f"    {name:<8} {text}") for name, text in rows),
    ]


def _past(frame: Frame, account: AccountRow, row: PastLockRow) -> list[Text]:
    zone = frame.zone(account)
    since = "" if row.set_at is None else f"{row.set_at.astimezone(zone):%a %H:%M:%S}"
    if row.ended_at is None:
        end = "in force"
    else:
        end = f"ended {row.ended_at.astimezone(zone):%a %H:%M:%S}, {row.end_cause or ''}"
    return [
        frame.line(f"  {since}  {row.rule}  {row.scope}: {row.reason}"),
        frame.line(f"      {end}", "dim"),
    ]
