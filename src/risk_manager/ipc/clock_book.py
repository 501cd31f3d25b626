"""Clock-in and clock-out rows: a record of the trader's hours, in a file of their own.

No rule reads them; the engine's modules cannot even import this one. The endpoint's threads write
them, so that a clock-in never touches the loop or its database.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from risk_manager.domain.errors import RiskManagerError
from risk_manager.state.row_text import instant_text

MOST_A_DAY: Final = 100
"""Clock-ins of one account within 24 hours; a record of hours needs no more."""

_TABLE: Final = """CREATE TABLE IF NOT EXISTS clock (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL,
    in_at TEXT NOT NULL,
    reset_at TEXT NOT NULL,
    out_at TEXT,
    forgotten INTEGER NOT NULL DEFAULT 0
)"""
_WAIT_S: Final = 1.0


class ClockError(RiskManagerError):
    """The row cannot be written; the text says why."""


@dataclass(frozen=True, slots=True)
class Presence:
    """One stay: `out_at` None while it lasts; `forgotten` when the reset ended it. Aware UTC."""

    in_at: datetime
    out_at: datetime | None = None
    forgotten: bool = False


class ClockBook:
    """The rows of all accounts. Safe for several threads; every method may raise ClockError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._one = threading.Lock()

    def last(self, account_id: int, now: datetime) -> Presence | None:
        """The newest stay; one that a reset has passed since counts as ended there."""
        with self._rows() as rows:
            _close_forgotten(rows, account_id, now)
            return _newest(rows, account_id)

    def clock_in(self, account_id: int, now: datetime, reset_at: datetime) -> bool:
        """Begin a stay that ends at `reset_at` at the latest; returns whether it began now."""
        with self._rows() as rows:
            _close_forgotten(rows, account_id, now)
            newest = _newest(rows, account_id)
            if newest is not None and newest.out_at is None:
                return False
            since = instant_text(now - timedelta(days=1))
            count = "SELECT count(*) FROM clock WHERE account_id = ? AND in_at > ?"
            if rows.execute(count, (account_id, since)).fetchone()[0] >= MOST_A_DAY:
                raise ClockError(f"{MOST_A_DAY} clock-ins within a day are enough")
            rows.execute(
                "INSERT INTO clock (account_id, in_at, reset_at) VALUES (?, ?, ?)",
                (account_id, instant_text(now), instant_text(reset_at)),
            )
            return True

    def clock_out(self, account_id: int, now: datetime) -> bool:
        """End the stay; returns whether there was one to end."""
        with self._rows() as rows:
            _close_forgotten(rows, account_id, now)
            ended = rows.execute(
                "UPDATE clock SET out_at = ? WHERE account_id = ? AND out_at IS NULL",
                (instant_text(now), account_id),
            )
            return ended.rowcount > 0

    @contextmanager
    def _rows(self) -> Iterator[sqlite3.Connection]:
        try:
            with (
                self._one,
                closing(sqlite3.connect(self._path, timeout=_WAIT_S)) as own,
                own,
            ):
                own.execute(_TABLE)
                yield own
        except sqlite3.Error as error:
            raise ClockError(f"cannot use {self._path.name}: {error}") from error


def _close_forgotten(rows: sqlite3.Connection, account_id: int, now: datetime) -> None:
    """End a stay that a reset has passed since, at that reset."""
    rows.execute(
        """UPDATE clock SET out_at = reset_at, forgotten = 1
            WHERE account_id = ? AND out_at IS NULL AND reset_at <= ?""",
        (account_id, instant_text(now)),
    )


def _newest(rows: sqlite3.Connection, account_id: int) -> Presence | None:
    row = rows.execute(
        """SELECT in_at, out_at, forgotten FROM clock WHERE account_id = ?
            ORDER BY id DESC LIMIT 1""",
        (account_id,),
    ).fetchone()
    if row is None:
        return None
    in_at, out_at, forgotten = row
    return Presence(
        datetime.fromisoformat(in_at),
        None if out_at is None else datetime.fromisoformat(out_at),
        bool(forgotten),
    )
