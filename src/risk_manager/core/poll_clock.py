"""When to read broker truth on the clock: events are the speed, REST is the truth (pure).

Intervals in seconds: 5 while something is open, for 60 s after a lock, while the user hub is down
and while trades cannot be read; 15 while an account lock is active and the account is flat; 60
otherwise, or sooner when the account's row is due. Never shorter than 1.8 s times the number of
accounts, which keeps three calls per poll within the budget.
"""

from __future__ import annotations

OPEN_S = 5.0
LOCKED_S = 15.0
QUIET_S = 60.0
HUB_DOWN_FIRST_S = 1.5
AFTER_LOCK_S = 60.0
PER_ACCOUNT_S = 1.8
ACCOUNT_ROW_S = 300.0
BACKOFF_S = (5.0, 10.0, 20.0, 30.0)


class PollClock:
    """The reconcile clock of one account. Instants are monotonic seconds."""

    def __init__(self, accounts: int, account_row_s: float = ACCOUNT_ROW_S) -> None:
        self._floor = PER_ACCOUNT_S * accounts
        self.account_row_s = account_row_s
        self._last: float | None = None
        self._failures = 0
        self._lacks_trades = False
        self._soon: float | None = None
        self._locked_mono = float("-inf")
        self._account_row_mono = float("-inf")
        self._account_hurried = False

    def note_lock(self, mono: float) -> None:
        """A lock was set: poll often for a minute."""
        self._locked_mono = mono

    def note_hub_down(self, mono: float) -> None:
        """The user hub is down: the first poll follows within 2 s."""
        self._soon = mono + HUB_DOWN_FIRST_S

    def hurry(self, mono: float) -> None:
        """Something was not understood: read everything, the account row too."""
        self._soon = mono
        self._account_hurried = True

    @property
    def soon(self) -> float | None:
        """When a poll out of turn is due; None without one, and while polls fail."""
        return None if self._failures else self._soon

    def note_sent(self, mono: float, *, with_account: bool) -> None:
        """A read of trades, orders and positions left."""
        self._last = mono
        self._soon = None
        if with_account:
            self._account_row_mono = mono
            self._account_hurried = False

    def note_account_failed(self) -> None:
        """The account row was asked for and is missing: the next poll asks again, within 5 s."""
        self._account_row_mono = float("-inf")

    def note_result(self, *, failed: bool) -> None:
        """A failed poll backs off, a good one returns to the normal interval."""
        self._failures = self._failures + 1 if failed else 0

    def note_trades(self, *, read: bool) -> None:
        """Trades were asked for; while they could not be read they are asked for every 5 s."""
        self._lacks_trades = not read

    def wants_account(self, mono: float) -> bool:
        """Whether the account row is due as well (every 300 s, or as a rule asks)."""
        return self._account_hurried or mono - self._account_row_mono >= self.account_row_s

    def due(self, mono: float, *, is_open: bool, is_locked: bool, hub_up: bool) -> float:
        """When the next poll should leave."""
        if self._last is None:
            return mono
        if self._failures:
            pause = BACKOFF_S[min(self._failures, len(BACKOFF_S)) - 1]
        elif is_open or not hub_up or self._lacks_trades or self._is_after_lock(mono):
            pause = OPEN_S
        else:
            pause = LOCKED_S if is_locked else QUIET_S
        due = self._last + max(pause, self._floor)
        if not self._failures:
            row_due = self._account_row_mono + self.account_row_s
            due = min(due, max(row_due, self._last + max(OPEN_S, self._floor)))
        return due if self._soon is None or self._failures else min(due, self._soon)

    def _is_after_lock(self, mono: float) -> bool:
        return mono - self._locked_mono < AFTER_LOCK_S
