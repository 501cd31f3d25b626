"""When to read broker truth, one account at a time (pure).

All who wait share one look, so the number of reads does not grow with contracts. A look counts for
someone only if it was requested at or after the instant they asked for; who can wait longer lets
somebody else's look serve.
"""

from __future__ import annotations

import heapq
from datetime import datetime

from risk_manager.domain.events import SnapshotTaken
from risk_manager.domain.ids import AccountId
from risk_manager.domain.requests import Priority, TakeSnapshot
from risk_manager.enforcement.step import Step

RETRY_S = (1.0, 2.0, 5.0)
"""Pauses after a look that failed; the last one repeats while somebody waits."""


class LookDesk:
    """Schedules the looks of one account. Times are monotonic seconds."""

    def __init__(self, account_id: AccountId) -> None:
        self._account_id = account_id
        self._wanted: list[tuple[float, float]] = []
        self._flying: TakeSnapshot | None = None
        self._flying_since = 0.0
        self._failures = 0
        self._suspended = False
        self._trades_since: datetime | None = None

    def want(self, due_mono: float, *, within_s: float = 0.0, suspended: bool = False) -> None:
        """Ask for a look requested at or after `due_mono`, at most `within_s` later."""
        heapq.heappush(self._wanted, (due_mono + within_s, due_mono))
        self._suspended = self._suspended or suspended

    def want_trades(self, due_mono: float, since: datetime) -> None:
        """Ask for a look that also reads the trades since `since`."""
        self.want(due_mono)
        self._trades_since = since if self._trades_since is None else min(self._trades_since, since)

    def next_due(self) -> float | None:
        """When the next look should leave; None while one is on its way or none is wanted."""
        return self._wanted[0][0] if self._wanted and self._flying is None else None

    @property
    def is_flying(self) -> bool:
        """Whether a read is on its way."""
        return self._flying is not None

    def emit_due(self, step: Step) -> None:
        """Send a look if one is due and none is on its way.

        It may use the reserve: without it no close can be confirmed or repeated.
        """
        due = self.next_due()
        if due is None or due > step.stamp.mono:
            return
        self.send(step, Priority.ENFORCEMENT, trades_since=self._trades_since)

    def send(
        self,
        step: Step,
        priority: Priority,
        *,
        trades_since: datetime | None = None,
        with_account: bool = False,
    ) -> None:
        """Send a read now; it serves every wish that is due."""
        mono = step.stamp.mono
        self._flying = TakeSnapshot(
            step.ids.request(),
            self._account_id,
            trades_since=trades_since,
            with_account=with_account,
            with_suspended=self._suspended,
            priority=priority,
        )
        self._flying_since = mono
        self._suspended = False
        self._trades_since = None
        self._wanted = [wish for wish in self._wanted if wish[1] > mono]
        heapq.heapify(self._wanted)
        step.commands.append(self._flying)

    def note_answer(self, step: Step, answer: SnapshotTaken) -> None:
        """Take note that the read is back; a failed one is asked for again."""
        if self._flying is None or answer.request.request_id != self._flying.request_id:
            return
        if answer.is_look:
            self._failures = 0
        else:
            pause = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
            self._failures += 1
            self.want(step.stamp.mono + pause, suspended=self._flying.with_suspended)
            if self._flying.trades_since is not None:
                self._trades_since = self._flying.trades_since
        self._flying = None
