"""What holders of the read token may ask beside the status, and the one thing they may write.

It knows the published status, the database as a reader, and the clock book; not the engine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.ipc.clock_book import ClockBook, ClockError, Presence
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.state.history import MOST_LINES, History, PastLock
from risk_manager.state.persistence import StoreError
from risk_manager.utils.datetime_helpers import format_instant, parse_instant

LAST_LOCKS: Final = 5
LAST_LINES: Final = 20
LEVELS: Final[Mapping[str, tuple[Outcome, ...]]] = {
    "info": tuple(Outcome),
    "warning": (Outcome.DEFERRED, Outcome.REJECTED, Outcome.TIMED_OUT),
    "error": (Outcome.REJECTED, Outcome.TIMED_OUT),
}
"""Which outcomes a level shows: each level holds the ones above it."""

Answer = tuple[int, dict[str, Any]]
"""HTTP status and JSON object."""


class RefusedError(Exception):
    """A request that cannot be answered: `code` is the HTTP status, the text says why."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Account:
    """What the published status says of one account. `now` is the daemon's trusted time."""

    id: AccountId
    now: datetime
    day_began: datetime
    next_reset: datetime


class TraderDesk:
    """Answers from the endpoint's threads; safe for any number of them."""

    def __init__(self, board: StatusBoard, history: History, book: ClockBook) -> None:
        self._board = board
        self._history = history
        self._book = book

    def history(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """Lines, totals of the trading day, last locks and presence of one account.

        Raises RefusedError for a wrong word, an unknown account, or a database that cannot be
        read.
        """
        account = self._account(asked.get("account", ""))
        tail = _tail(asked.get("tail", str(LAST_LINES)))
        level = asked.get("level", "info")
        if level not in LEVELS:
            raise RefusedError(400, f"no level {level!r}; there are: {', '.join(LEVELS)}")
        since = account.day_began
        try:
            lines = self._history.lines(
                account.id, tail=tail, outcomes=LEVELS[level], search=asked.get("search", "")
            )
            totals = self._history.totals(account.id, since)
            locks = self._history.locks(account.id, LAST_LOCKS)
            presence = self._book.last(account.id, account.now)
        except (StoreError, ClockError) as error:
            raise RefusedError(503, str(error)) from error
        return {
            "at": format_instant(account.now),
            "account": account.id,
            "enforcements": [_line(line) for line in lines],
            "totals": [
                {"action": action, "outcome": outcome, "count": count}
                for action, outcome, count in totals
            ],
            "locks": [_lock(lock) for lock in locks],
            "presence": _presence(presence),
        }

    def clock(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Clock in or out; the answer names what is so now and whether this changed it.

        Raises RefusedError as `history` does.
        """
        account = self._account(str(body.get("account", "")))
        action = body.get("action")
        if action not in ("in", "out"):
            raise RefusedError(400, 'action must be "in" or "out"')
        try:
            before = self._book.last(account.id, account.now)
            if action == "in":
                changed = self._book.clock_in(account.id, account.now, account.next_reset)
            else:
                changed = self._book.clock_out(account.id, account.now)
            presence = self._book.last(account.id, account.now)
            answer = {"ok": True, "changed": changed, "before": _presence(before)}
            return answer | {"presence": _presence(presence)} | self._done(account, presence)
        except (StoreError, ClockError) as error:
            raise RefusedError(503, str(error)) from error

    def _done(self, account: _Account, presence: Presence | None) -> dict[str, Any]:
        """How long the stay was and what was traded in it, until its end or now."""
        if presence is None:
            return {"duration_s": None, "trades": None, "fills": None, "realized_pnl": None}
        end = presence.out_at or account.now
        fills = self._history.fills(account.id, presence.in_at, end)
        return {
            "duration_s": int((end - presence.in_at).total_seconds()),
            "trades": fills.entries,
            "fills": fills.fills,
            "realized_pnl": f"{fills.realized:.2f}",
        }

    def _account(self, wanted: str) -> _Account:
        latest = self._board.latest()
        status = {} if latest is None else json.loads(latest.body)
        for row in status.get("accounts", []):
            if str(row["id"]) == wanted and row["next_reset_at"] is not None:
                age = timedelta(seconds=0.0 if latest is None else self._board.age_s(latest))
                now = parse_instant(status["at"]) + age
                began, ends = (
                    parse_instant(row["day_began_at"]),
                    parse_instant(row["next_reset_at"]),
                )
                return _Account(AccountId(row["id"]), now, began, ends)
        raise RefusedError(404, f"no account {wanted!r} is guarded now")


def _tail(text: str) -> int:
    is_short = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_LINES))
    if not (is_short and 1 <= int(text) <= MOST_LINES):
        raise RefusedError(400, f"tail must be a number from 1 to {MOST_LINES}")
    return int(text)


def _line(record: EnforcementRecord) -> dict[str, Any]:
    row = _plain(asdict(record))
    row["rule"], row["contract"] = row.pop("rule_id"), row.pop("contract_id")
    del row["key"], row["account_id"]
    return row


def _lock(lock: PastLock) -> dict[str, Any]:
    row = _plain(asdict(lock))
    row["rule"] = row.pop("rule_id")
    return row


def _presence(presence: Presence | None) -> dict[str, Any] | None:
    return None if presence is None else _plain(asdict(presence))


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Instants and outcomes as JSON has them."""
    return {name: _plain_value(value) for name, value in row.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_instant(value)
    return value.value if isinstance(value, Outcome) else value
