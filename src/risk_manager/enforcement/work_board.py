"""Who does what next: idle workers, waiting requests, and how many of a kind may run at once.

Looks and cancels must find a worker even when every look-up hangs, so at most one bar and one
contract are looked up at a time; further ones wait in line without a worker.
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from queue import SimpleQueue

from risk_manager.domain.ports import Channel
from risk_manager.domain.requests import (
    BrokerRequest,
    ClosePosition,
    FetchContract,
    FetchLastBar,
    Priority,
    ReducePosition,
)

CLOSES = (ClosePosition, ReducePosition)
_ONE_AT_A_TIME = (FetchContract, FetchLastBar)


class Worker:
    """One thread, one connection. `jobs` holds (request, already written) or None to end."""

    def __init__(self, name: str, channel: Channel, *, closes_only: bool) -> None:
        self.name = name
        self.channel = channel
        self.closes_only = closes_only
        self.jobs: SimpleQueue[tuple[BrokerRequest, bool] | None] = SimpleQueue()
        self.thread: threading.Thread | None = None
        self.request: BrokerRequest | None = None

    def may_run(self, request: BrokerRequest) -> bool:
        """Whether this worker serves such a request."""
        return not self.closes_only or isinstance(request, CLOSES)


class WorkBoard:
    """Shared by the loop, which hands out requests, and the workers, which ask for more."""

    def __init__(self) -> None:
        self._done = threading.Condition()
        self._idle: deque[Worker] = deque()
        self._waiting: list[tuple[int, int, BrokerRequest]] = []
        self._order = itertools.count()
        self._running = 0
        self._looked_up: set[type[BrokerRequest]] = set()

    def assign(self, request: BrokerRequest, priority: Priority) -> Worker | None:
        """Return an idle worker for the request, or queue it by priority and return None.

        Closes prefer the workers kept for them and wait before everything else.
        """
        with self._done:
            able = [worker for worker in self._idle if worker.may_run(request)]
            if not able or type(request) in self._looked_up:
                rank = -1 if isinstance(request, CLOSES) else int(priority)
                heapq.heappush(self._waiting, (rank, next(self._order), request))
                return None
            worker = max(able, key=lambda one: one.closes_only)
            self._idle.remove(worker)
            self._running += 1
            self._give(worker, request)
            return worker

    def hire(self) -> None:
        """A worker has started and is busy with its connection; `release` follows."""
        with self._done:
            self._running += 1

    def release(self, worker: Worker) -> BrokerRequest | None:
        """The worker is done: the next request for it, or None and the worker is idle."""
        with self._done:
            self._looked_up.discard(type(worker.request))
            worker.request = None
            request = self._next_waiting(worker)
            if request is None:
                self._running -= 1
                self._idle.append(worker)
                self._done.notify_all()
            else:
                self._give(worker, request)
            return request

    def claim(self, worker: Worker) -> bool:
        """Leave the idle workers to use the connection for keep-warm; `release` follows."""
        with self._done:
            if worker not in self._idle:
                return False
            self._idle.remove(worker)
            self._running += 1
            return True

    def wait_done(self, timeout_s: float) -> bool:
        """Wait until nothing runs or waits; False when the time is over first."""
        with self._done:
            return self._done.wait_for(
                lambda: not self._running and not self._waiting, timeout=timeout_s
            )

    def _give(self, worker: Worker, request: BrokerRequest) -> None:
        worker.request = request
        if isinstance(request, _ONE_AT_A_TIME):
            self._looked_up.add(type(request))

    def _next_waiting(self, worker: Worker) -> BrokerRequest | None:
        """The most urgent waiting request this worker may run now."""
        for item in sorted(self._waiting, key=lambda waiting: waiting[:2]):
            if worker.may_run(item[2]) and type(item[2]) not in self._looked_up:
                self._waiting.remove(item)
                heapq.heapify(self._waiting)
                return item[2]
        return None
