"""Commits on a thread of their own, so that a disk that hangs does not hold up the loop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from risk_manager.state.persistence import StoreError
from risk_manager.state.writes import Write
from risk_manager.utils.watched_thread import OnCrash, watched_thread


class Commit:
    """One transaction on its way; `error` says why nothing of it was kept, once it is done."""

    def __init__(self, writes: Sequence[Write]) -> None:
        self.writes = writes
        self.error: StoreError | None = None
        self._running = threading.Lock()
        self._running.acquire()

    def wait(self, timeout_s: float) -> bool:
        """Whether it is done within `timeout_s` (0: now)."""
        done = self._running.acquire(timeout=timeout_s)
        if done:
            self._running.release()
        return done

    def end(self, error: StoreError | None) -> None:
        """It is done."""
        self.error = error
        self._running.release()


class CommitThread:
    """Carries out commits one after the other, in the order they were handed over."""

    def __init__(self, commit: Callable[[Sequence[Write]], None], on_crash: OnCrash) -> None:
        self._commit = commit
        self._jobs: SimpleQueue[Commit | None] = SimpleQueue()
        self._thread = watched_thread("store", self._run, on_crash)
        self._thread.start()

    def submit(self, writes: Sequence[Write]) -> Commit:
        """Hand over rows; the caller waits as long as it can."""
        job = Commit(writes)
        self._jobs.put(job)
        return job

    def stop(self, timeout_s: float) -> bool:
        """End the thread after what was handed over; False if it hangs."""
        self._jobs.put(None)
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._commit(job.writes)
            except StoreError as error:
                job.end(error)
            except BaseException as error:
                job.end(StoreError(f"cannot write: {error!r}"))
                raise
            else:
                job.end(None)
