"""Opening the database file: check, migrate, and what happens when it is broken.

A file that is no sound database is copied aside, never just deleted. The newest sound backup takes
its place, with every lock that can still be read from the broken file. Whatever happened is
reported: a guard must not start empty without saying so.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from risk_manager.state.backups import backups_of
from risk_manager.state.salvage import salvaged
from risk_manager.state.schema import CURRENT_VERSION, MIGRATIONS
from risk_manager.state.store_rows import statement_of

_OPEN_WAIT_S: Final = 5.0
_CORRUPT_CODES: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SIDE_FILES: Final = ("-wal", "-shm")
_BUILDING, _BUILT = ".building", ".recovered"


class NewerDatabaseError(Exception):
    """A newer version of the product wrote the database."""


class CorruptError(Exception):
    """The file is there but is no sound database."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """The database was not usable at open: why, and what became of it.

    `kept` is the copy of the broken file (None if the file was missing), `backup` the backup that
    took its place, `rows` how many rows (locks first) the broken file still gave. Without a backup
    nothing but those is known.
    """

    cause: str
    kept: Path | None
    backup: Path | None
    rows: int = 0


def open_sound(path: Path) -> tuple[sqlite3.Connection, Recovery | None]:
    """Open the database at `path`, or what can be had instead of it.

    Creates it on the first start. A corrupt or missing file is replaced by the newest sound
    `*.db` in `backups/` beside it. Raises sqlite3.Error, OSError or NewerDatabaseError.
    """
    if _beside(path, _BUILT).exists():
        _take_place(path)
        return open_file(path), Recovery("an earlier recovery was interrupted", None, None)
    if not path.exists() and backups_of(path):
        return _recover(path, "the database file is missing", None)
    try:
        return open_file(path), None
    except CorruptError as error:
        return _recover(path, str(error), _copy_aside(path))


def open_in_memory() -> sqlite3.Connection:
    """A fresh database with the same tables, kept nowhere: for simulations."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _migrate(connection)
    return connection


def open_file(path: Path) -> sqlite3.Connection:
    """Open, check and migrate one file, without any replacement.

    Raises CorruptError, NewerDatabaseError or sqlite3.Error.
    """
    if path.exists() and path.stat().st_size == 0:
        # SQLite would take it for a new database, and every lock would be gone unseen.
        raise CorruptError("the database file is empty")
    # The start opens it, a thread of its own commits; they are never at it together.
    connection = sqlite3.connect(
        path, timeout=_OPEN_WAIT_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        # A commit must never wait for a checkpoint: Store.flush makes them, off the hot path.
        connection.execute("PRAGMA wal_autocheckpoint=0")
        _check(connection)
        _migrate(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        connection.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _CORRUPT_CODES:
            raise CorruptError(str(error)) from error
        raise
    except (CorruptError, NewerDatabaseError):
        connection.close()
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise CorruptError(verdict)


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to the current version, one transaction for each version."""
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
    (version,) = connection.execute("SELECT ifnull(max(version), 0) FROM schema_version").fetchone()
    if version > CURRENT_VERSION:
        raise NewerDatabaseError(
            f"it has version {version}, this program knows {CURRENT_VERSION}; "
            "install the newer program again"
        )
    for number in range(version + 1, CURRENT_VERSION + 1):
        connection.execute("BEGIN IMMEDIATE")
        for statement in MIGRATIONS[number - 1]:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version (version) VALUES (?)", (number,))
        connection.execute("COMMIT")


def _recover(path: Path, cause: str, kept: Path | None) -> tuple[sqlite3.Connection, Recovery]:
    """Build the new database beside the old one, then let it take its place.

    Killed at any point, the next start finds either the broken file or the finished new one.
    """
    building = _beside(path, _BUILDING)
    connection, backup = _newest_sound(path, building)
    writes = [] if kept is None else salvaged(kept, connection.execute)
    connection.execute("BEGIN IMMEDIATE")
    for write in writes:
        connection.execute(*statement_of(write))
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=DELETE")  # one file again
    connection.close()
    building.replace(_beside(path, _BUILT))
    _take_place(path)
    return open_file(path), Recovery(cause, kept, backup, len(writes))


def _newest_sound(path: Path, building: Path) -> tuple[sqlite3.Connection, Path | None]:
    """Open a copy of the newest sound backup, or an empty database."""
    for backup in backups_of(path):
        _delete(building)
        shutil.copyfile(backup, building)
        with suppress(CorruptError):
            return open_file(building), backup
    _delete(building)
    return open_file(building), None


def _take_place(path: Path) -> None:
    # A log that is left would be played into the new file.
    _delete(path)
    _beside(path, _BUILT).replace(path)


def _copy_aside(path: Path) -> Path:
    """Copy the broken file with its side files to a free name."""
    names = (_beside(path, f".corrupt-{number}") for number in count(1))
    kept = next(name for name in names if not name.exists())
    for suffix in ("", *_SIDE_FILES):
        part = _beside(path, suffix)
        if part.exists():
            shutil.copyfile(part, _beside(kept, suffix))
    return kept


def _delete(path: Path) -> None:
    for suffix in ("", *_SIDE_FILES):
        _beside(path, suffix).unlink(missing_ok=True)


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)
