"""The database: one SQLite file, one transaction for each engine step.

One thread at a time may commit or load. A commit survives a killed process; `flush` makes it
survive a power cut and may be called from another thread, like `prune`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.ports import Reached, not_watched
from risk_manager.state.row_text import instant_text
from risk_manager.state.schema import PRUNE_BATCH, PRUNE_FIND, PRUNES
from risk_manager.state.store_files import NewerDatabaseError, Recovery, open_sound
from risk_manager.state.store_rows import statement_of
from risk_manager.state.stored_state import StoredState, read_state
from risk_manager.state.writes import Write

BUSY_MS: Final = 50
"""How long a commit waits for another process; after that the engine acts from memory."""

RETENTION: Final = timedelta(days=90)

_MAINTENANCE_WAIT_S: Final = 1.0
_PAUSE_S: Final = 0.03
_CHECKPOINT_BYTES: Final = 4 * 1024 * 1024


class StoreError(RiskManagerError):
    """The database could not be read or written; nothing of the attempt was kept."""


class Store:
    """An open database. `recovery` is None when it opened as it was left.

    `reached` hears of the points of a commit.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        recovery: Recovery | None,
        reached: Reached = not_watched,
    ) -> None:
        self.path = path
        self.recovery = recovery
        self._connection = connection
        self.reached = reached

    @classmethod
    def open(cls, path: Path, reached: Reached = not_watched) -> Store:
        """Open, check and migrate the database; create it on the first start.

        A corrupt file is copied aside and the newest sound backup in `backups/` beside it takes
        its place; so it does for a missing file. Raises StoreError for any other trouble, such as
        a folder that cannot be written or a database of a newer version.
        """
        try:
            connection, recovery = open_sound(path)
            connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        except (sqlite3.Error, OSError, NewerDatabaseError) as error:
            raise StoreError(f"cannot open {path}: {error}") from error
        return cls(path, connection, recovery, reached)

    def load(self, waiting: Sequence[Write] = ()) -> StoredState:
        """Read what is stored, as it will be with the rows that wait. Raises StoreError.

        On a copy in memory: a commit that hangs does not hold it up.
        """
        try:
            with (
                closing(sqlite3.connect(self.path, timeout=_MAINTENANCE_WAIT_S)) as reader,
                closing(sqlite3.connect(":memory:", isolation_level=None)) as copy,
            ):
                reader.backup(copy)
                for write in waiting:
                    copy.execute(*statement_of(write))
                return read_state(copy.execute)
        except (sqlite3.Error, LookupError, ValueError, TypeError, ArithmeticError) as error:
            raise StoreError(f"cannot read {self.path}: {error!r}") from error

    def commit(self, writes: Sequence[Write]) -> None:
        """Write all rows in one transaction, in order. Raises StoreError with nothing written.

        Waits at most 50 ms for another process.
        """
        execute, reached = self._connection.execute, self.reached
        try:
            statements = [statement_of(write) for write in writes]
            reached("commit.begin", writes)
            execute("BEGIN IMMEDIATE")
            for sql, parameters in statements:
                execute(sql, parameters)
            reached("commit.written", writes)
            execute("COMMIT")
            reached("commit.done", writes)
        except (sqlite3.Error, LookupError, ValueError, OverflowError) as error:
            with suppress(sqlite3.Error):
                self._connection.rollback()
            raise StoreError(f"cannot write {self.path}: {error!r}") from error

    def flush(self) -> None:
        """Force everything committed so far to the disk; from any thread. Raises StoreError.

        Commits go to the write-ahead log, so that file is forced out; when it has grown, its
        pages are moved into the database, which no commit has to wait for.
        """
        log = self.path.with_name(self.path.name + "-wal")
        try:
            with log.open("r+b") as file:
                os.fsync(file.fileno())
                size = os.fstat(file.fileno()).st_size
            if size > _CHECKPOINT_BYTES:
                with closing(sqlite3.connect(self.path, timeout=_MAINTENANCE_WAIT_S)) as own:
                    own.execute("PRAGMA wal_checkpoint(PASSIVE)")
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"cannot flush {self.path}: {error}") from error

    def prune(self, now: datetime) -> int:
        """Delete rows older than 90 days in small transactions; from any thread.

        Returns how many rows went. Raises StoreError; what is already deleted stays deleted.
        """
        oldest = instant_text(now - RETENTION)
        try:
            with closing(
                sqlite3.connect(self.path, timeout=_MAINTENANCE_WAIT_S, isolation_level=None)
            ) as own:
                own.execute("PRAGMA synchronous=NORMAL")
                own.execute("PRAGMA wal_autocheckpoint=0")  # it would hold the write lock
                return sum(_delete_all(own, *prune, oldest) for prune in PRUNES)
        except sqlite3.Error as error:
            raise StoreError(f"cannot prune {self.path}: {error}") from error

    def close(self) -> None:
        """Close the writer; SQLite then moves the log into the database file."""
        self._connection.close()


def _delete_all(connection: sqlite3.Connection, find: str, delete: str, oldest: str) -> int:
    """Look for old rows without the write lock, then delete a few at a time.

    Between two transactions others get their turn: a commit that waits asks only now and then.
    """
    pause = threading.Event()
    deleted = 0
    while keys := connection.execute(find, (oldest, PRUNE_FIND)).fetchall():
        for begin in range(0, len(keys), PRUNE_BATCH):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(delete, keys[begin : begin + PRUNE_BATCH])
            connection.execute("COMMIT")
            pause.wait(_PAUSE_S)
        deleted += len(keys)
    return deleted
