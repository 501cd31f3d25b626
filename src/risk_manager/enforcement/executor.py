"""Worker threads, each with a warm connection of its own.

The loop writes the first wave itself to idle connections and goes on; the worker that owns the
connection waits for the answer. Two workers serve closes and reduces only, so that hanging cancels
or reads cannot hold up a close.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from queue import Empty

from risk_manager.domain.events import Event
from risk_manager.domain.ports import Broker, Deliver, Reached, not_watched
from risk_manager.domain.requests import (
    ActionRequest,
    BrokerRequest,
    CancelOrder,
    ClosePosition,
    ModifyOrder,
    PlaceStop,
    Priority,
    ReducePosition,
)
from risk_manager.enforcement.work_board import CLOSES, WorkBoard, Worker

WORKERS, CLOSERS = 8, 2
WARM_EVERY_S = 45.0
_ACTIONS = (ClosePosition, ReducePosition, CancelOrder, ModifyOrder, PlaceStop)


class Executor:
    """Runs broker requests; every answer goes to `deliver` as an event."""

    def __init__(
        self,
        broker: Broker,
        deliver: Deliver,
        on_crash: Callable[[str, BaseException], None],
        *,
        warm_every_s: float = WARM_EVERY_S,
        reached: Reached = not_watched,
    ) -> None:
        self._deliver = deliver
        self._reached = reached
        self._on_crash = on_crash
        self._warm_every_s = warm_every_s
        self._board = WorkBoard()
        self._workers = [
            Worker(f"rest-{n}", broker.open_channel(f"rest-{n}"), closes_only=n < CLOSERS)
            for n in range(WORKERS)
        ]

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
            worker = self._board.assign(request, Priority.ENFORCEMENT)
            if worker is not None:
                written = self._write_now(worker, request)
                worker.jobs.put((request, written))

    def _write_now(self, worker: Worker, request: ActionRequest) -> bool:
        if not worker.channel.is_ready:
            return False
        self._reached("send.begin", request)
        written = worker.channel.write_now(request)
        if written:
            self._reached("send.written", request)
        return written

    def submit(self, request: BrokerRequest, priority: Priority) -> None:
        """Hand a request to an idle worker, or queue it by priority."""
        worker = self._board.assign(request, priority)
        if worker is not None:
            worker.jobs.put((request, False))

    def stop(self, timeout_s: float) -> bool:
        """Finish what is running (at most `timeout_s`), end the threads; False if some hang."""
        finished = self._board.wait_done(timeout_s)
        for worker in self._workers:
            worker.jobs.put(None)
        for worker in self._workers:
            worker.channel.close()
            if worker.thread is not None:
                worker.thread.join(timeout=1.0)
        return finished

    def _run(self, worker: Worker) -> None:
        try:
            self._board.hire()
            worker.channel.warm()
            self._drain(worker, self._board.release(worker))
            while self._serve(worker):
                pass
        except BaseException as error:
            self._on_crash(worker.name, error)
            raise

    def _serve(self, worker: Worker) -> bool:
        """Do one job, or keep the connection warm when none came; False ends the thread."""
        try:
            job = worker.jobs.get(timeout=self._warm_every_s)
        except Empty:
            if self._board.claim(worker):
                worker.channel.warm()
                self._drain(worker, self._board.release(worker))
            return True
        if job is None:
            return False
        request, written = job
        self._answer(worker, request, written=written)
        self._drain(worker, self._board.release(worker))
        return True

    def _drain(self, worker: Worker, request: BrokerRequest | None) -> None:
        """Run what waits for this worker."""
        while request is not None:
            self._answer(worker, request, written=False)
            request = self._board.release(worker)

    def _answer(self, worker: Worker, request: BrokerRequest, *, written: bool) -> None:
        if written and isinstance(request, _ACTIONS):
            answer: Event = worker.channel.finish(request)
        else:
            self._reached("send.begin", request)
            answer = worker.channel.run(request)
        self._reached("send.answered", request)
        self._deliver(answer)


def _close_first(request: ActionRequest) -> bool:
    return not isinstance(request, CLOSES)
