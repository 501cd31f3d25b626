"""Daily copies of the database in `backups/` beside it, one for each of the last seven days."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

KEEP_DAYS: Final = 7
_WAIT_S: Final = 1.0
_NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z\.db")


@dataclass(frozen=True, slots=True)
class BackupInfo:
    """One backup as it lies there: version of its tables, locks in force when it was made.

    `problem` says why it cannot be used, None if it can.
    """

    file: Path
    size: int
    version: int
    locks: int
    problem: str | None


class BackupError(Exception):
    """No backup was made; earlier ones are untouched."""


def backups_of(path: Path) -> list[Path]:
    """Return the backups of a database, newest first; their names begin with date and time."""
    return sorted((path.parent / "backups").glob("*.db"), reverse=True)


def look_at(backup: Path) -> BackupInfo:
    """Check a backup without changing it. Raises OSError when it cannot be read."""
    size, version, locks = backup.stat().st_size, 0, 0
    problem = None
    address = f"{backup.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as reader:
            (verdict,) = reader.execute("PRAGMA integrity_check(1)").fetchone()
            problem = None if verdict == "ok" else str(verdict)
            (version,) = reader.execute("SELECT max(version) FROM schema_version").fetchone()
            (locks,) = reader.execute(
                "SELECT count(*) FROM locks WHERE ended_at IS NULL"
            ).fetchone()
    except sqlite3.Error as error:
        problem = problem or str(error)
    return BackupInfo(backup, size, version or 0, locks, problem)


def is_due(path: Path, now: datetime) -> bool:
    """Whether there is no backup of this day (UTC) yet."""
    today = now.astimezone(UTC).date().isoformat()
    return not any(backup.name >= today for backup in backups_of(path))


def make_backup(path: Path, now: datetime) -> Path:
    """Copy the database while it is in use, check the copy, drop copies of older days.

    Readers do not hold up the writer, so no commit waits. Raises BackupError.
    """
    if not path.exists():
        raise BackupError(f"there is no database {path}")
    final = path.parent / "backups" / now.astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ.db")
    partial = final.with_suffix(".partial")
    try:
        final.parent.mkdir(exist_ok=True)
        partial.unlink(missing_ok=True)
        _copy(path, partial)
        with partial.open("r+b") as file:
            os.fsync(file.fileno())
        partial.replace(final)
    except (sqlite3.Error, OSError) as error:
        partial.unlink(missing_ok=True)
        raise BackupError(f"cannot back up {path}: {error}") from error
    _rotate(path)
    return final


def _copy(path: Path, to: Path) -> None:
    """Copy into one file without a log. Raises BackupError if the copy is not sound."""
    with (
        closing(sqlite3.connect(path, timeout=_WAIT_S)) as source,
        closing(sqlite3.connect(to, isolation_level=None)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = target.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        to.unlink()
        raise BackupError(f"{path} is damaged ({verdict}); restart the daemon to recover it")


def _rotate(path: Path) -> None:
    """Keep the newest of each of the newest seven days; files of other names are left alone."""
    newest: dict[str, Path] = {}
    for backup in backups_of(path):
        if _NAME.fullmatch(backup.name):
            newest.setdefault(backup.name[:10], backup)
    kept = set(list(newest.values())[:KEEP_DAYS])
    for backup in backups_of(path):
        if _NAME.fullmatch(backup.name) and backup not in kept:
            backup.unlink()
    today = max(newest, default="")
    for left in (path.parent / "backups").glob("*.partial*"):
        if left.name < today:  # of a process that was killed; today's may still be at work
            left.unlink(missing_ok=True)
