"""Reads broker truth of one account: at start, after a reconnect, and on the clock (pure).

The feed has no replay and no sequence numbers, so a breach the feed missed is found here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from risk_manager.core.poll_clock import PollClock
from risk_manager.core.untold_trades import UntoldTrades
from risk_manager.domain.events import SnapshotTaken
from risk_manager.domain.positions import Trade
from risk_manager.domain.requests import Priority
from risk_manager.enforcement.enforcer import Enforcer
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.lockout_manager import LockoutManager

OVERLAP = timedelta(seconds=60)
"""Trades are read again from a minute before the last good read: late ones turn up there."""
REREAD_S = 2.0
WHOLE_DAY_S = 300.0
"""The day's trades are read as a whole so often: an old one may have been voided unheard."""


class Reconciler:
    """Decides when to read and from which trade on."""

    def __init__(
        self, account: AccountState, locks: LockoutManager, enforcer: Enforcer, poll: PollClock
    ) -> None:
        self._account = account
        self._locks = locks
        self._enforcer = enforcer
        self.poll = poll
        self._reread_mono = float("-inf")
        self.untold = UntoldTrades()
        self._whole_mono = float("-inf")

    def read(self, step: Step, priority: Priority, *, with_account: bool) -> None:
        """Read trades, open orders, positions (and the account row) now."""
        since = self.trades_since()
        if step.stamp.mono - self._whole_mono >= WHOLE_DAY_S:
            since, self._whole_mono = self._account.boundary, step.stamp.mono
        self._enforcer.looks.send(step, priority, trades_since=since, with_account=with_account)
        self.poll.note_sent(step.stamp.mono, with_account=with_account)

    def poll_if_due(self, step: Step, *, hub_up: bool) -> None:
        """Read on the clock, unless a read is on its way already."""
        mono = step.stamp.mono
        account = self._account
        due = self.poll.due(
            mono,
            is_open=bool(account.touched_contracts()) or self._enforcer.is_busy,
            is_locked=self._locks.is_locked_out(account.id, step.stamp.now),
            hub_up=hub_up,
        )
        if mono >= due and not self._enforcer.looks.is_flying:
            self.read(step, Priority.RECONCILE, with_account=self.poll.wants_account(mono))

    def next_hurried(self) -> float | None:
        """When a poll out of turn is due; None without one or while a read is on its way."""
        return None if self._enforcer.looks.is_flying else self.poll.soon

    def note_answer(self, step: Step, answer: SnapshotTaken) -> None:
        """A read is back: a failed one backs off, a missing account row is asked for again."""
        self.poll.note_result(failed=not answer.is_look)
        if answer.request.trades_since is not None:
            self.poll.note_trades(read=answer.trades is not None)
        if answer.request.with_account and answer.account is None:
            self.poll.note_account_failed()
            cause = answer.failure or "the broker does not list it"
            text = f"UNKNOWN - the account could not be read: {cause} - trying again"
            step.alarm(self._account.id, "account row", text)

    def note_missing(self, step: Step, trades: Iterable[Trade]) -> None:
        """Alarm stored fills that the broker no longer lists."""
        for trade in trades:
            text = f"trade {trade.id} is stored but missing at the broker; it stays counted"
            step.alarm(self._account.id, f"missing trade {trade.id}", text)

    def alarm_untold(self, step: Step) -> None:
        """Alarm fills that a read found and the feed did not tell of in time."""
        for trade_id in self.untold.pop_late(step.stamp.mono):
            text = f"the feed has not told of trade {trade_id}, which a read found; it is counted"
            step.alarm(self._account.id, f"untold trade {trade_id}", text)

    def want_trades(self, step: Step) -> None:
        """Ask for a look that also reads the newest trades."""
        since = self.trades_since() or step.stamp.now - OVERLAP
        self._enforcer.looks.want_trades(step.stamp.mono, since)

    def reread(self, step: Step) -> None:
        """A message was not understood: read everything again, the account row too.

        A flood of such messages causes a read every two seconds, not one for each.
        """
        due = max(step.stamp.mono, self._reread_mono + REREAD_S)
        if self.poll.soon is None:
            self._reread_mono = due
            self.poll.hurry(due)

    def trades_since(self) -> datetime | None:
        """Where the next read of trades starts; the day's boundary until the day is verified.

        A minute before the last read that worked. What the feed brought since moves nothing: a
        trade that it lost may be older.
        """
        account = self._account
        if not account.pnl.is_verified or account.trades_read_at is None:
            return account.boundary
        since = account.trades_read_at - OVERLAP
        return since if account.boundary is None else max(since, account.boundary)
