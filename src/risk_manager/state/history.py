"""What the screens ask of earlier days: enforcement lines, ended locks, sums of fills.

Reads over a connection of its own that cannot write, in the thread of whoever asks; the loop's
thread never waits for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.state.persistence import StoreError
from risk_manager.state.row_text import instant_text
from risk_manager.state.stored_rows import record_of

MOST_LINES: Final = 500
_WAIT_S: Final = 0.5

_LINES: Final = """SELECT key, at, account_id, rule_id, reason, action, outcome, contract_id,
    from_size, to_size, code, message, ms_to_request, ms_to_flat FROM enforcement_log
    WHERE account_id = ? AND outcome IN (SELECT value FROM json_each(?))
    AND instr(lower(rule_id || ' ' || action || ' ' || reason || ' ' || outcome || ' '
        || ifnull(contract_id, '') || ' ' || ifnull(message, '')), lower(?)) > 0
    ORDER BY at DESC, key DESC LIMIT ?"""
_TOTALS: Final = """SELECT action, outcome, count(*) FROM enforcement_log
    WHERE account_id = ? AND at >= ? GROUP BY action, outcome ORDER BY action, outcome"""
_LOCKS: Final = """SELECT scope, rule_id, kind, reason, set_at, until, ended_at, end_cause,
    reading, rule_limit FROM locks WHERE account_id = ? ORDER BY id DESC LIMIT ?"""
_FILLS: Final = """SELECT pnl, opens, order_id FROM trades
    WHERE account_id = ? AND at >= ? AND at < ? AND NOT voided"""


@dataclass(frozen=True, slots=True)
class PastLock:
    """A lock that is or was in force; `ended_at` None while it is. Instants aware UTC."""

    scope: str
    rule_id: str
    kind: str
    reason: str
    set_at: datetime
    until: datetime | None
    ended_at: datetime | None
    end_cause: str | None
    reading: str
    limit: str


@dataclass(frozen=True, slots=True)
class FillSum:
    """Fills of a time span: orders that opened or added, and the gross realised P&L in USD."""

    entries: int
    fills: int
    realized: Decimal


class History:
    """Reads one database file. Every method raises StoreError when it cannot."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def lines(
        self, account: AccountId, *, tail: int, outcomes: Sequence[Outcome], search: str
    ) -> list[EnforcementRecord]:
        """The newest `tail` (at most 500) lines with these outcomes that hold `search`."""
        words = "[" + ",".join(f'"{outcome.value}"' for outcome in outcomes) + "]"
        with self._query() as query:
            found = query.execute(_LINES, (account, words, search, min(tail, MOST_LINES)))
            return [record_of(row) for row in found]

    def totals(self, account: AccountId, since: datetime) -> list[tuple[str, str, int]]:
        """Action, outcome and count of the lines since an instant (aware UTC)."""
        with self._query() as query:
            return query.execute(_TOTALS, (account, instant_text(since))).fetchall()

    def locks(self, account: AccountId, most: int) -> list[PastLock]:
        """The newest locks, ended or not, the newest first."""
        with self._query() as query:
            return [_lock_of(row) for row in query.execute(_LOCKS, (account, most))]

    def fills(self, account: AccountId, since: datetime, before: datetime) -> FillSum:
        """The sum of the fills in [since, before), by exchange time."""
        span = (account, instant_text(since), instant_text(before))
        with self._query() as query:
            rows = query.execute(_FILLS, span).fetchall()
        entries = {order for pnl, opens, order in rows if (pnl is None if opens is None else opens)}
        realized = sum((Decimal(pnl) for pnl, _, _ in rows if pnl is not None), Decimal(0))
        return FillSum(len(entries), len(rows), realized)

    @contextmanager
    def _query(self) -> Iterator[sqlite3.Connection]:
        uri = f"{self._path.resolve().as_uri()}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT_S)) as own:
                yield own
        except (sqlite3.Error, ValueError, ArithmeticError) as error:
            raise StoreError(f"cannot read {self._path}: {error}") from error


def _lock_of(row: tuple[Any, ...]) -> PastLock:
    scope, rule, kind, reason, set_at, until, ended_at, cause, reading, limit = row
    return PastLock(
        scope, rule, kind, reason, datetime.fromisoformat(set_at), _instant(until),
        _instant(ended_at), cause, reading, limit,
    )  # fmt: skip


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
