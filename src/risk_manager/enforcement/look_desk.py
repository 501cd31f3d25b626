"""When to read broker truth, one account at a time (pure).

All who wait share one look, so the number of reads does not grow with contracts. A look counts for
someone only if it was requested at or after the instant they asked for; who can wait longer lets
somebody else's look serve.
"""

from __future__ import annotations

import heapq
from collections import deque
from datetime import datetime
from typing import NamedTuple

from risk_manager.domain.events import SnapshotTaken
from risk_manager.domain.ids import AccountId
from risk_manager.domain.requests import Priority, TakeSnapshot
from risk_manager.enforcement.step import Step

RETRY_S = (1.0, 2.0, 3.0, 5.0)
"""Pauses after a look that failed; the last one repeats while somebody waits."""
BURST, BURST_S, CROWDED_S = 40, 60.0, 2.0
"""After so many looks within a minute (two or three requests each) they are spaced."""
DOUBT_EVERY_S = 2.0


class _Wish(NamedTuple):
    """A look wanted: leave by `latest`, requested at or after `due` (monotonic seconds)."""

    latest: float
    due: float
    urgent: bool
    suspended: bool = False


class LookDesk:
    """Schedules the looks of one account. Times are monotonic seconds.

    Looks must never eat the budget that closes need: after a failure there is a pause, after forty
    in a minute they are spaced, and doubts without an action behind them do not use the reserve.
    """

    def __init__(self, account_id: AccountId) -> None:
        self._account_id = account_id
        self._wanted: list[_Wish] = []
        self._planned: dict[str, _Wish] = {}
        self._sent: deque[float] = deque(maxlen=BURST)
        self._not_before = float("-inf")
        self._flying: TakeSnapshot | None = None
        self._flying_since = 0.0
        self._is_awaited = False
        self._failures = 0
        self._suspended = False
        self._trades_since: datetime | None = None

    def want(self, due_mono: float, *, within_s: float = 0.0, suspended: bool = False) -> None:
        """Ask for a look requested at or after `due_mono`, at most `within_s` later."""
        heapq.heappush(self._wanted, _Wish(due_mono + within_s, due_mono, urgent=True))
        self._suspended = self._suspended or suspended

    def plan(
        self, who: str, due_mono: float, *, within_s: float = 0.0, suspended: bool = False
    ) -> None:
        """Ask for a look as `want` does, in place of what `who` asked for before.

        Nothing is asked for if such a look is on its way. One that may leave later is routine and
        spares the reserve.
        """
        self.forget(who)
        flying = self._flying
        serves = flying is not None and (flying.with_suspended or not suspended)
        if not serves or self._flying_since < due_mono:
            latest = due_mono + within_s
            self._planned[who] = _Wish(latest, due_mono, within_s == 0, suspended)

    def is_planned(self, who: str) -> bool:
        """Whether a look that `who` asked for has not left yet."""
        return who in self._planned

    def forget(self, who: str) -> None:
        """Drop what `who` planned."""
        self._planned.pop(who, None)

    def doubt(self, mono: float) -> None:
        """Ask for a look because something does not fit; one such wish at a time, spaced."""
        if not any(not wish.urgent for wish in self._wanted):
            due = max(mono, self._flying_since + DOUBT_EVERY_S)
            heapq.heappush(self._wanted, _Wish(due, due, urgent=False))

    def want_trades(self, due_mono: float, since: datetime, *, urgent: bool = False) -> None:
        """Ask for a look that also reads the trades since `since`; urgent ones are not spaced."""
        if urgent:
            self.want(due_mono)
        else:
            self.doubt(due_mono)
        self._trades_since = since if self._trades_since is None else min(self._trades_since, since)

    def next_due(self) -> float | None:
        """When the next look should leave; None while one is on its way or none is wanted."""
        if self._flying is not None or not (self._wanted or self._planned):
            return None
        first = min([*self._wanted[:1], *self._planned.values()])
        due = max(first.latest, self._not_before)
        crowded = len(self._sent) == BURST and self._sent[-1] - self._sent[0] < BURST_S
        return max(due, self._sent[-1] + CROWDED_S) if crowded else due

    @property
    def is_flying(self) -> bool:
        """Whether a read is on its way."""
        return self._flying is not None

    def emit_due(self, step: Step) -> None:
        """Send a look if one is due and none is on its way.

        One that an action waits for may use the reserve: without it no close can be confirmed.
        """
        due, mono = self.next_due(), step.stamp.mono
        if due is None or due > mono:
            return
        wishes = (*self._wanted, *self._planned.values())
        urgent = any(wish.urgent and wish.due <= mono for wish in wishes)
        self.send(step, Priority.CONFIRM if urgent else Priority.SAFETY)

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
        served = [w for w in (*self._wanted, *self._planned.values()) if w.due <= mono]
        suspended = any(wish.suspended for wish in served)
        self._is_awaited = bool(served) or priority is not Priority.RECONCILE
        known = [since for since in (trades_since, self._trades_since) if since is not None]
        self._sent.append(mono)
        self._flying = TakeSnapshot(
            step.ids.request(),
            self._account_id,
            trades_since=min(known, default=None),
            with_account=with_account,
            with_suspended=self._suspended or suspended,
            priority=priority,
            asked_at=step.stamp.now,
        )
        self._flying_since = mono
        self._suspended = False
        self._trades_since = None
        self._wanted = [wish for wish in self._wanted if wish.due > mono]
        heapq.heapify(self._wanted)
        self._planned = {who: wish for who, wish in self._planned.items() if wish.due > mono}
        step.commands.append(self._flying)

    def note_answer(self, step: Step, answer: SnapshotTaken) -> None:
        """Take note that the read is back; a failed one is asked for again.

        Not a poll that nobody waited for: it comes again on its own clock, ever more rarely.
        """
        if self._flying is None or answer.request.request_id != self._flying.request_id:
            return
        if answer.is_look:
            self._failures = 0
        else:
            pause = RETRY_S[min(self._failures, len(RETRY_S) - 1)]
            self._failures += 1
            self._not_before = step.stamp.mono + pause
            if self._is_awaited:
                urgent = self._flying.priority is Priority.CONFIRM
                wish = _Wish(self._not_before, self._not_before, urgent=urgent)
                heapq.heappush(self._wanted, wish)
            self._suspended = self._suspended or self._flying.with_suspended
            if self._flying.trades_since is not None:
                self._trades_since = self._flying.trades_since
        self._flying = None
