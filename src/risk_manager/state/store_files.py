"""Opening the database file: check, migrate, and what happens when it is broken.

A file that is no sound database is copied aside, never deleted, and the newest sound backup takes
its place. Whatever happened is reported: a guard must not start empty without saying so.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from risk_manager.state.schema import CURRENT_VERSION, MIGRATIONS

_OPEN_WAIT_S: Final = 5.0
_CORRUPT_CODES: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SIDE_FILES: Final = ("-wal", "-shm")


class NewerDatabaseError(Exception):
    """A newer version of the product wrote the database."""


class CorruptError(Exception):
    """The file is there but is no sound database."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """The database was not usable at open: why, and what became of it.

    `kept` is the copy of the broken file (None if the file was missing), `backup` the backup that
    took its place. Without a backup the store started empty: earlier locks are not known.
    """

    cause: str
    kept: Path | None
    backup: Path | None


def open_sound(path: Path) -> tuple[sqlite3.Connection, Recovery | None]:
    """Open the database at `path`, or what can be had instead of it.

    Creates it on the first start. A corrupt or missing file is replaced by the newest sound
    `*.db` in `backups/` beside it. Raises sqlite3.Error, OSError or NewerDatabaseError.
    """
    if not path.exists() and _backups(path):
        return _recover(path, "the database file is missing", None)
    try:
        return _open(path), None
    except CorruptError as error:
        return _recover(path, str(error), _set_aside(path))


def _recover(path: Path, cause: str, kept: Path | None) -> tuple[sqlite3.Connection, Recovery]:
    for backup in _backups(path):
        shutil.copyfile(backup, path)
        with suppress(CorruptError):
            return _open(path), Recovery(cause, kept, backup)
        _delete(path)
    return _open(path), Recovery(cause, kept, None)


def _open(path: Path) -> sqlite3.Connection:
    """Open, check and migrate. Raises CorruptError, NewerDatabaseError or sqlite3.Error."""
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


def _backups(path: Path) -> list[Path]:
    """Return the backups, newest first; their names begin with date and time."""
    return sorted((path.parent / "backups").glob("*.db"), reverse=True)


def _set_aside(path: Path) -> Path:
    """Copy the broken file with its side files to a free name, then delete the originals."""
    names = (path.with_name(f"{path.name}.corrupt-{number}") for number in count(1))
    kept = next(name for name in names if not name.exists())
    for suffix in ("", *_SIDE_FILES):
        part = path.with_name(path.name + suffix)
        if part.exists():
            shutil.copyfile(part, kept.with_name(kept.name + suffix))
    _delete(path)
    return kept


def _delete(path: Path) -> None:
    for suffix in ("", *_SIDE_FILES):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
