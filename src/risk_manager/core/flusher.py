"""Forces what was committed to the disk, behind the loop's back."""

from __future__ import annotations

import threading
from collections.abc import Callable

from risk_manager.state.persistence import Store, StoreError
from risk_manager.utils.watched_thread import OnCrash, watched_thread

SLOW_S = 1.0
GATHER_S = 0.02
"""A flush holds up the next write to the same file, so the commits of one moment share one."""


class Flusher:
    """A thread that flushes after each commit; `problem` says what the last flush ran into."""

    def __init__(self, store: Store, mono: Callable[[], float], on_crash: OnCrash) -> None:
        self._store = store
        self._mono = mono
        self._dirty = threading.Event()
        self._closing = threading.Event()
        self._thread = watched_thread("flush", self._run, on_crash)
        self._thread.start()
        self.problem: str | None = None

    def wake(self) -> None:
        """Something was committed."""
        self._dirty.set()

    def stop(self, timeout_s: float) -> None:
        """Flush once more and end the thread."""
        self._closing.set()
        self._dirty.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._closing.is_set():
            self._dirty.wait()
            self._closing.wait(GATHER_S)
            self._dirty.clear()
            started = self._mono()
            try:
                self._store.flush()
            except StoreError as error:
                self.problem = str(error)
                continue
            took_s = self._mono() - started
            self.problem = f"a disk flush took {took_s:.1f} s" if took_s > SLOW_S else None
