"""Worker threads, each with a warm connection of its own.

The loop writes the first wave itself to idle connections and goes on; the worker that owns the
connection waits for the answer. Two workers serve closes and reduces only, so that hanging cancels
or reads cannot hold up a close.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue

from risk_manager.domain.ports import Broker, Channel, Deliver
from risk_manager.domain.requests import (
    ActionRequest,
    BrokerRequest,
    CancelOrder,
    ClosePosition,
    ModifyOrder,
    Priority,
    ReducePosition,
)

WORKERS, CLOSERS = 8, 2
WARM_EVERY_S = 45.0
_CLOSES = (ClosePosition, ReducePosition)
_ACTIONS = (ClosePosition, ReducePosition, CancelOrder, ModifyOrder)


class _Worker:
    """One thread, one connection. `jobs` holds (request, already written) or None to end."""

    def __init__(self, name: str, channel: Channel, *, closes_only: bool) -> None:
        self.name = name
        self.channel = channel
        self.closes_only = closes_only
        self.jobs: SimpleQueue[tuple[BrokerRequest, bool] | None] = SimpleQueue()
        self.thread: threading.Thread | None = None

    def may_run(self, request: BrokerRequest) -> bool:
        """Whether this worker serves such a request."""
        return not self.closes_only or isinstance(request, _CLOSES)


class Executor:
    """Runs broker requests; every answer goes to `deliver` as an event."""

    def __init__(
        self,
        broker: Broker,
        deliver: Deliver,
        on_crash: Callable[[str, BaseException], None],
        *,
        warm_every_s: float = WARM_EVERY_S,
    ) -> None:
        self._deliver = deliver
        self._on_crash = on_crash
        self._warm_every_s = warm_every_s
        self._lock = threading.Lock()
        self._workers = [
            _Worker(f"rest-{n}", broker.open_channel(f"rest-{n}"), closes_only=n < CLOSERS)
            for n in range(WORKERS)
        ]
        self._idle: deque[_Worker] = deque()
        self._waiting: list[tuple[int, int, BrokerRequest]] = []
        self._order = itertools.count()
        self._running = 0
        self._done = threading.Condition(self._lock)

    def start(self) -> None:
        """Start the workers; each opens its connection first."""
        for worker in self._workers:
            worker.thread = threading.Thread(
                target=self._run, args=(worker,), name=worker.name, daemon=True
            )
            worker.thread.start()

    def first_wave(self, requests: Iterable[ActionRequest]) -> None:
        """Write urgent requests at once to idle connections; the rest is queued first in line."""
        for request in sorted(requests, key=_close_first):
            worker = self._take_idle(request)
            if worker is None:
                self._enqueue(Priority.ENFORCEMENT, request)
            else:
                written = worker.channel.is_ready and worker.channel.write_now(request)
                worker.jobs.put((request, written))

    def submit(self, request: BrokerRequest, priority: Priority) -> None:
        """Hand a request to an idle worker, or queue it by priority."""
        worker = self._take_idle(request)
        if worker is None:
            self._enqueue(priority, request)
        else:
            worker.jobs.put((request, False))

    def stop(self, timeout_s: float) -> bool:
        """Finish what is running (at most `timeout_s`), end the threads; False if some hang."""
        with self._done:
            finished = self._done.wait_for(
                lambda: not self._running and not self._waiting, timeout=timeout_s
            )
        for worker in self._workers:
            worker.jobs.put(None)
        for worker in self._workers:
            worker.channel.close()
            if worker.thread is not None:
                worker.thread.join(timeout=1.0)
        return finished

    def _take_idle(self, request: BrokerRequest) -> _Worker | None:
        """An idle worker for the request; closes prefer the workers kept for them."""
        with self._lock:
            able = [worker for worker in self._idle if worker.may_run(request)]
            if not able:
                return None
            worker = max(able, key=lambda one: one.closes_only)
            self._idle.remove(worker)
            self._running += 1
            return worker

    def _enqueue(self, priority: Priority, request: BrokerRequest) -> None:
        rank = -1 if isinstance(request, _CLOSES) else int(priority)
        with self._lock:
            heapq.heappush(self._waiting, (rank, next(self._order), request))

    def _next_waiting(self, worker: _Worker) -> BrokerRequest | None:
        """The most urgent waiting request this worker serves (called with the lock held)."""
        for item in sorted(self._waiting, key=lambda waiting: waiting[:2]):
            if worker.may_run(item[2]):
                self._waiting.remove(item)
                heapq.heapify(self._waiting)
                return item[2]
        return None

    def _release(self, worker: _Worker) -> BrokerRequest | None:
        """Take waiting work, or become idle."""
        with self._done:
            request = self._next_waiting(worker)
            if request is None:
                self._running -= 1
                self._idle.append(worker)
                self._done.notify_all()
            return request

    def _claim(self, worker: _Worker) -> bool:
        """Leave the idle workers to use the connection for keep-warm."""
        with self._lock:
            if worker not in self._idle:
                return False
            self._idle.remove(worker)
            self._running += 1
            return True

    def _run(self, worker: _Worker) -> None:
        try:
            with self._lock:
                self._running += 1
            worker.channel.warm()
            self._drain(worker, self._release(worker))
            while self._serve(worker):
                pass
        except BaseException as error:
            self._on_crash(worker.name, error)
            raise

    def _serve(self, worker: _Worker) -> bool:
        """Do one job, or keep the connection warm when none came; False ends the thread."""
        try:
            job = worker.jobs.get(timeout=self._warm_every_s)
        except Empty:
            if self._claim(worker):
                worker.channel.warm()
                self._drain(worker, self._release(worker))
            return True
        if job is None:
            return False
        request, written = job
        self._answer(worker, request, written=written)
        self._drain(worker, self._release(worker))
        return True

    def _drain(self, worker: _Worker, request: BrokerRequest | None) -> None:
        """Run what waits for this worker."""
        while request is not None:
            self._answer(worker, request, written=False)
            request = self._release(worker)

    def _answer(self, worker: _Worker, request: BrokerRequest, *, written: bool) -> None:
        if written and isinstance(request, _ACTIONS):
            self._deliver(worker.channel.finish(request))
        else:
            self._deliver(worker.channel.run(request))


def _close_first(request: ActionRequest) -> bool:
    return not isinstance(request, _CLOSES)
