"""Commits each step before its requests leave, and flushes behind it.

A commit that fails or takes longer than 50 ms does not hold up enforcement: the trouble is reported
first, then the plan goes out from memory, and the rows are retried every 250 ms. Rows that only
repeat or log do not pile up meanwhile. The largest trusted instant goes with every commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from risk_manager.core.commit_thread import Commit, CommitThread
from risk_manager.core.flusher import Flusher
from risk_manager.core.waiting_rows import coalesced, without_older
from risk_manager.state.persistence import Store
from risk_manager.state.stored_state import StoredState
from risk_manager.state.writes import PutMeta, Write
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.watched_thread import OnCrash

RETRY_S = 0.25
LIMIT_S = 0.050
"""How long the loop waits for a commit."""
AGAIN_S = 0.005
"""How long it waits for one that was tried before: most likely it fails again."""
CLOSE_S = 5.0
LATE_IDLE_S, LATE_S = 0.05, 0.25
TRUSTED_INSTANT = "trusted_instant"


class StoreKeeper:
    """The loop's way to the database.

    `report` gets a problem in words, None once it is over; `on_crash` hears of an error that ends
    a thread of it.
    """

    def __init__(
        self,
        store: Store,
        mono: Callable[[], float],
        report: Callable[[str | None], None],
        on_crash: OnCrash,
    ) -> None:
        self._store = store
        self._mono = mono
        self._report = report
        self._waiting: list[Write] = []
        self._overdue: Commit | None = None
        self._late: list[Write] = []
        self._late_mono: float | None = None
        self._retry_mono: float | None = None
        self._commits = CommitThread(store.commit, on_crash)
        self._flusher = Flusher(store, mono, on_crash)
        self._failures = 0
        self.problem: str | None = None

    @property
    def lasting(self) -> str | None:
        """The problem, once a second try has failed as well: worth an alarm."""
        return self.problem if self._failures > 1 else None

    def commit(self, writes: Sequence[Write], now: datetime) -> None:
        """Write the rows that must be safe before the step's requests leave, in one transaction."""
        if not writes:
            return
        if self._late:
            self._late = without_older(self._late, writes)
        if self._retry_mono is None:
            self._try(writes, now, LIMIT_S)
        else:
            self._waiting.extend(writes)
            overdue = self._overdue
            if overdue is not None and overdue.wait(0) and overdue.error is None:
                self._retry(now, LIMIT_S)  # the one that took too long is done
            else:
                self.retry_if_due(now)

    def later(self, writes: Sequence[Write]) -> None:
        """Keep rows that may follow within a quarter second: news of what was begun before."""
        self._late.extend(writes)
        if self._late_mono is None:
            self._late_mono = self._mono()

    def write_late(self, now: datetime, *, idle: bool) -> None:
        """Write the rows that were kept: soon when nothing else waits, else when it is time."""
        if self._late_mono is None:
            return
        age_s = self._mono() - self._late_mono
        if age_s >= LATE_S or (idle and age_s >= LATE_IDLE_S):
            writes, self._late, self._late_mono = self._late, [], None
            self.commit(writes, now)

    @property
    def due_mono(self) -> float | None:
        """When rows that wait are to be written (monotonic); None when none wait."""
        late = None if self._late_mono is None else self._late_mono + LATE_IDLE_S
        dues = [due for due in (self._retry_mono, late) if due is not None]
        return min(dues, default=None)

    @property
    def waiting(self) -> list[Write]:
        """The rows that are not known to be stored."""
        tried = () if self._overdue is None else self._overdue.writes
        return coalesced([*tried, *self._waiting])

    def load(self) -> StoredState:
        """Read the database as it will be once what waits is stored. Raises StoreError."""
        return self._store.load([*self.waiting, *self._late])

    def retry_if_due(self, now: datetime) -> None:
        """Try again to write what waits."""
        if self._retry_mono is not None and self._mono() >= self._retry_mono:
            self._retry(now, AGAIN_S)

    def close(self, now: datetime) -> bool:
        """Write what waits, flush and close the database; False if rows could not be written."""
        self._waiting.extend(self._late)
        self._late = []
        if self._waiting or self._overdue is not None:
            self._retry(now, CLOSE_S)
        if self._commits.stop(CLOSE_S):
            self._flusher.stop(CLOSE_S)
            self._store.close()
        return not self._waiting and self._overdue is None

    def _retry(self, now: datetime, limit_s: float) -> None:
        overdue = self._overdue
        if overdue is not None:
            if not overdue.wait(limit_s):
                self._failures += 1
                self._retry_mono = self._mono() + RETRY_S
                return
            self._overdue = None
            if overdue.error is not None:
                self._waiting = [*overdue.writes, *self._waiting]
            else:
                limit_s = max(limit_s, LIMIT_S)  # it works again, if slowly: give it its time
        writes, self._waiting = coalesced(self._waiting), []
        self._try(writes, now, limit_s)

    def _try(self, writes: Sequence[Write], now: datetime, limit_s: float) -> None:
        """Commit now, or say why not and keep the rows for later."""
        started = self._mono()
        commit = self._commits.submit([*writes, PutMeta(TRUSTED_INSTANT, format_instant(now))])
        if not commit.wait(limit_s):
            self._overdue = commit
            self._fail(f"a commit takes longer than {LIMIT_S * 1000:.0f} ms")
        elif commit.error is not None:
            self._waiting = [*writes, *self._waiting]
            self._fail(str(commit.error))
        else:
            self._succeed(self._mono() - started)

    def _fail(self, problem: str) -> None:
        self._failures += 1
        begins, self._retry_mono = self._retry_mono is None, self._mono() + RETRY_S
        if begins:
            self._set_problem(problem)
        self.problem = problem  # the newest words, but one report for each time it fails

    def _succeed(self, took_s: float) -> None:
        self._retry_mono = None
        self._failures = 0
        self._flusher.wake()
        slow = took_s > LIMIT_S
        self._set_problem(
            f"a commit took {took_s * 1000:.0f} ms" if slow else self._flusher.problem
        )

    def _set_problem(self, problem: str | None) -> None:
        if problem != self.problem:
            self.problem = problem
            self._report(problem)
