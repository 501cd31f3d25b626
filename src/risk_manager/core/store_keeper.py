"""Commits each step before its requests leave, and flushes behind it.

A commit that fails or takes longer than 50 ms does not hold up enforcement: the trouble is reported
first, then the plan goes out from memory, and the rows are retried every 250 ms. Rows that only
repeat or log do not pile up meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from risk_manager.core.waiting_rows import coalesced
from risk_manager.state.persistence import Store, StoreError
from risk_manager.state.writes import PutMeta, Write
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.watched_thread import OnCrash, watched_thread

RETRY_S = 0.25
SLOW_S = 0.050
SLOW_FLUSH_S = 1.0
LATE_IDLE_S, LATE_S = 0.05, 0.25
GATHER_S = 0.02
"""A flush holds up the next write to the same file, so the commits of one moment share one."""
TRUSTED_INSTANT = "trusted_instant"


class StoreKeeper:
    """The loop's way to the database.

    `report` gets a problem in words, None once it is over; `on_crash` hears of an error that ends
    the flushing thread.
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
        self._late: list[Write] = []
        self._late_mono: float | None = None
        self._late_now: datetime | None = None
        self._retry_mono: float | None = None
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._slow_flush: str | None = None
        self._flusher = watched_thread("flush", self._flush_loop, on_crash)
        self._flusher.start()
        self.problem: str | None = None

    def commit(self, writes: Sequence[Write], now: datetime) -> None:
        """Write the rows that must be safe before the step's requests leave, in one transaction."""
        if not writes:
            return
        self.later((), now)
        self._commit(writes, now)

    def later(self, writes: Sequence[Write], now: datetime) -> None:
        """Keep rows that may follow within a quarter second: the log of what was done.

        The largest trusted instant goes with them.
        """
        self._late.extend(writes)
        self._late_now = now
        if self._late_mono is None:
            self._late_mono = self._mono()

    def write_late(self, *, idle: bool) -> None:
        """Write the rows that were kept: soon when nothing else waits, else when it is time."""
        if self._late_mono is None or self._late_now is None:
            return
        age_s = self._mono() - self._late_mono
        if age_s >= LATE_S or (idle and age_s >= LATE_IDLE_S):
            instant = PutMeta(TRUSTED_INSTANT, format_instant(self._late_now))
            writes, self._late, self._late_mono = [*self._late, instant], [], None
            self._commit(writes, self._late_now)

    def _commit(self, writes: Sequence[Write], now: datetime) -> None:
        if self._retry_mono is not None:
            self._waiting.extend(writes)
            self.retry_if_due(now)
            return
        started = self._mono()
        try:
            self._store.commit(writes)
        except StoreError as error:
            self._waiting.extend(writes)
            self._retry_mono = self._mono() + RETRY_S
            self._set_problem(str(error))
            return
        self._dirty.set()
        took_s = self._mono() - started
        if took_s > SLOW_S:
            self._set_problem(f"a commit took {took_s * 1000:.0f} ms")
        elif self._slow_flush is not None:
            self._set_problem(self._slow_flush)
        else:
            self._set_problem(None)

    @property
    def due_mono(self) -> float | None:
        """When rows that wait are to be written (monotonic); None when none wait."""
        late = None if self._late_mono is None else self._late_mono + LATE_IDLE_S
        dues = [due for due in (self._retry_mono, late) if due is not None]
        return min(dues, default=None)

    def retry_if_due(self, now: datetime) -> None:
        """Try again to write what waits."""
        if self._retry_mono is None or self._mono() < self._retry_mono:
            return
        self._waiting = coalesced(self._waiting)
        try:
            self._store.commit([*self._waiting, PutMeta(TRUSTED_INSTANT, format_instant(now))])
        except StoreError as error:
            self._retry_mono = self._mono() + RETRY_S
            self._set_problem(str(error))
            return
        self._waiting.clear()
        self._retry_mono = None
        self._dirty.set()
        self._set_problem(None)

    def close(self, now: datetime) -> None:
        """Write what waits, flush and close the database."""
        if self._late:
            self._commit(self._late, now)
        self._retry_mono = None if self._retry_mono is None else self._mono()
        self.retry_if_due(now)
        self._closing.set()
        self._dirty.set()
        self._flusher.join(timeout=5.0)
        self._store.close()

    def _set_problem(self, problem: str | None) -> None:
        if problem != self.problem:
            self.problem = problem
            self._report(problem)

    def _flush_loop(self) -> None:
        while not self._closing.is_set():
            self._dirty.wait()
            self._closing.wait(GATHER_S)
            self._dirty.clear()
            started = self._mono()
            try:
                self._store.flush()
            except StoreError as error:
                self._slow_flush = str(error)
                continue
            took_s = self._mono() - started
            slow = took_s > SLOW_FLUSH_S
            self._slow_flush = f"a disk flush took {took_s:.1f} s" if slow else None
