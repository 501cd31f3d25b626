"""The looser changes that wait for a reset (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from risk_manager.config.change import Change
from risk_manager.config.pending import PendingChange, in_words
from risk_manager.domain.ids import AccountId
from risk_manager.enforcement.step import Step
from risk_manager.state.config_rows import LAST_PENDING
from risk_manager.state.writes import EndPending, PutMeta, PutPending


class PendingBook:
    """Rows of all accounts; `last_id` is the largest number ever given."""

    def __init__(self, rows: Iterable[PendingChange], last_id: int) -> None:
        self.rows = list(rows)
        self._last_id = last_id

    def of(self, account_id: AccountId) -> list[PendingChange]:
        """What waits for an account."""
        return [row for row in self.rows if row.account_id == account_id]

    def due(self, account_id: AccountId, boundary: datetime) -> list[PendingChange]:
        """What has waited long enough at a reset."""
        return [row for row in self.of(account_id) if row.not_before <= boundary]

    def keep_only(
        self, step: Step, account_id: AccountId, waiting: Sequence[Change]
    ) -> list[Change]:
        """Drop what is no longer wanted like this; returns what is wanted and does not wait yet."""
        mine = self.of(account_id)
        kept = [row for row in mine if any(row.is_of(change) for change in waiting)]
        self.end(step, [row for row in mine if row not in kept], "replaced")
        return [change for change in waiting if not any(row.is_of(change) for row in kept)]

    def wait(
        self, step: Step, account_id: AccountId, change: Change, hours: int, ids: dict[str, int]
    ) -> None:
        """Let a change wait at least `hours`; in one request equal changes have one number."""
        name = in_words(change)
        if name not in ids:
            self._last_id += 1
            ids[name] = self._last_id
        now = step.stamp.now
        row = PendingChange(
            ids[name], account_id, change.section, change.unit, change.old, change.new, now,
            now + timedelta(hours=hours),
        )  # fmt: skip
        self.rows.append(row)
        step.writes += [PutPending(row), PutMeta(LAST_PENDING, str(self._last_id))]
        step.info(account_id, "pending", f"change {row.id} waits for its reset: {name}")

    def end(self, step: Step, rows: Sequence[PendingChange], outcome: str) -> None:
        """End the wait of some rows."""
        self.rows = [row for row in self.rows if row not in rows]
        for row in rows:
            step.writes.append(EndPending(row.id, row.account_id, step.stamp.now, outcome))
            step.info(
                row.account_id, "pending", f"change {row.id} {outcome}: {in_words(row.change)}"
            )
