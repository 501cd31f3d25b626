"""What a backup may bring back: locks, and what the present database knows nothing of.

A restore is no way out of a lock. It never removes or shortens one; days that the present database
counts keep its own fills, counts and sums, whatever the backup says.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from risk_manager.domain.counts import FillMarks
from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.locks import Lockout
from risk_manager.state.lock_merging import merge
from risk_manager.state.store_files import (
    CorruptError,
    NewerDatabaseError,
    Recovery,
    open_file,
    open_sound,
)
from risk_manager.state.store_rows import statement_of
from risk_manager.state.stored_state import StoredState, read_state
from risk_manager.state.writes import PutBoundary, PutLock, PutMemory, PutMeta, PutTrade, Write

TRUSTED_INSTANT: Final = "trusted_instant"

# Rows of ended days and finished deeds that the present database lacks.
_HISTORY: Final = (
    """INSERT OR IGNORE INTO main.trades SELECT t.* FROM old.trades t
        JOIN main.day_state d ON d.account_id = t.account_id WHERE t.at < d.boundary""",
    """INSERT OR IGNORE INTO main.intents SELECT * FROM old.intents
        WHERE ended_at IS NOT NULL""",
    "INSERT OR IGNORE INTO main.enforcement_log SELECT * FROM old.enforcement_log",
    "INSERT OR IGNORE INTO main.contracts SELECT * FROM old.contracts",
)


class RestoreError(RiskManagerError):
    """Nothing was restored; the database is as it was."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: locks that were not in force, locks that became stricter, other rows.

    `recovery` says what became of a present database that was not usable.
    """

    added: tuple[Lockout, ...]
    tightened: tuple[Lockout, ...]
    rows: int
    recovery: Recovery | None


def restore(path: Path, backup: Path) -> Restored:
    """Merge a backup into the database at `path`, which no daemon may have open.

    Raises RestoreError.
    """
    try:
        with TemporaryDirectory(dir=path.parent) as folder:
            copy = Path(folder) / "backup.db"
            shutil.copyfile(backup, copy)
            with closing(open_file(copy)) as source:
                old = read_state(source.execute)
            return _merged(path, copy, old)
    except CorruptError as error:
        raise RestoreError(f"{backup} is no sound backup: {error}") from error
    except (sqlite3.Error, OSError, NewerDatabaseError, LookupError, ValueError) as error:
        raise RestoreError(f"cannot restore {backup}: {error}") from error


def _merged(path: Path, copy: Path, old: StoredState) -> Restored:
    connection, recovery = open_sound(path)
    with closing(connection):
        present = read_state(connection.execute)
        added, tightened = _locks(present, old)
        writes = [PutLock(lock) for lock in (*added, *tightened)] + _unknown(present, old)
        connection.execute("ATTACH DATABASE ? AS old", (str(copy),))
        before = connection.total_changes
        connection.execute("BEGIN IMMEDIATE")
        for write in writes:
            connection.execute(*statement_of(write))
        for statement in _HISTORY:
            connection.execute(statement)
        connection.execute("COMMIT")
        rows = connection.total_changes - before - len(added) - len(tightened)
        return Restored(tuple(added), tuple(tightened), rows, recovery)


def _locks(present: StoredState, old: StoredState) -> tuple[list[Lockout], list[Lockout]]:
    """Locks of the backup that add something; those that are surely over add nothing."""
    known = {lock.key: lock for lock in present.locks}
    added: list[Lockout] = []
    tightened: list[Lockout] = []
    for lock in old.locks:
        mine = known.get(lock.key)
        if mine is not None and (stricter := merge(mine, lock)) != mine:
            tightened.append(stricter)
        elif mine is None and not _is_over(lock, present, old):
            added.append(lock)
    return added, tightened


def _is_over(lock: Lockout, *states: StoredState) -> bool:
    """The broker's time is never before the largest instant stored."""
    seen = [state.meta[TRUSTED_INSTANT] for state in states if TRUSTED_INSTANT in state.meta]
    return any(not lock.is_active(datetime.fromisoformat(instant)) for instant in seen)


def _unknown(present: StoredState, old: StoredState) -> list[Write]:
    """The day of accounts that the present database has none of."""
    writes: list[Write] = []
    for account in sorted(old.boundaries.keys() - present.boundaries.keys()):
        writes.append(PutBoundary(account, old.boundaries[account]))
        for trade in old.trades[account]:
            marks = old.marks.get((account, trade.id), FillMarks(trade.pnl is None))
            writes.append(PutTrade(trade, marks))
        writes += [
            PutMemory(owner, rule, key, value)
            for (owner, rule, key), value in old.memory.items()
            if owner == account
        ]
    if TRUSTED_INSTANT in old.meta and TRUSTED_INSTANT not in present.meta:
        writes.append(PutMeta(TRUSTED_INSTANT, old.meta[TRUSTED_INSTANT]))
    return writes
