"""The alerts' thread in the daemon: takes notices and records, looks at the status, hands over.

The engine's thread only puts a tuple into a bounded queue. Everything slow happens here, and
everything that may hang in the sender process.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Protocol, Self

import msgspec

from risk_manager.alerts.alert import Alert
from risk_manager.alerts.router import Router
from risk_manager.alerts.status_view import StatusView, parse
from risk_manager.alerts.status_watch import MONITORED, STALE_S, STOPPED
from risk_manager.alerts.wire import Beat, Message
from risk_manager.config.alerts_file import AlertsFile
from risk_manager.domain.records import EnforcementRecord, Notice
from risk_manager.enforcement.step import Step
from risk_manager.utils.watched_thread import watched_thread

LOOK_S: Final = 0.5
MAX_QUEUED: Final = 1000
MAX_WAITING: Final = 100
"""Alerts that wait for the sender process; beyond, the oldest is dropped and counted."""
_log = logging.getLogger("risk_manager.daemon")

Item = Notice | Sequence[EnforcementRecord]
Latest = Callable[[], tuple[bytes, float] | None]
"""The newest published status with its age in seconds; None before the first."""


class Outgoing(Protocol):
    """Where alerts leave the daemon."""

    def send(self, order: Message | Beat) -> bool:
        """Hand an order over; False when nobody takes it now."""
        ...

    def close(self) -> None:
        """Send what waits, as far as it goes quickly."""
        ...


class AlertPost:
    """Runs while it is entered as a context."""

    def __init__(
        self,
        settings: AlertsFile,
        latest: Latest,
        outlet: Outgoing,
        mono: Callable[[], float],
        is_ending: Callable[[], bool],
    ) -> None:
        self._router = Router(settings.warn_at)
        self._beat_s = None if settings.heartbeat is None else settings.heartbeat.every_seconds
        self._latest = latest
        self._outlet = outlet
        self._mono = mono
        self._is_ending = is_ending
        self._queue: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._waiting: deque[Message] = deque()
        self._stopping = threading.Event()
        self._beat_mono = float("-inf")
        self._body = b""
        self._status: StatusView | None = None
        self._dropped = 0
        self._told_dropped = 0
        self._has_ended = False
        self._thread = watched_thread("alerts", self._run, self._note_end)

    @property
    def dropped(self) -> int:
        """Notices, records and alerts that found no room."""
        return self._dropped

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def saw(self, step: Step) -> None:
        """Take a step's records; never blocks, never raises."""
        if step.records:
            self._put(tuple(step.records))

    def note(self, notice: Notice) -> None:
        """Take what the log was told; never blocks, never raises."""
        self._put(notice)

    def close(self, timeout_s: float = 6.0) -> None:
        """Send the last word and end."""
        self._stopping.set()
        self._thread.join(timeout_s)

    def _put(self, item: Item) -> None:
        if self._queue.qsize() < MAX_QUEUED and not self._has_ended:
            self._queue.put(item)
        else:
            self._dropped += 1

    def _note_end(self, name: str, error: BaseException) -> None:
        """Alerts are lost, the guard is not: say so and go on without them."""
        self._has_ended = True
        _log.critical("thread %s failed; nobody is told any more", name, exc_info=error)

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            self._turn()
        self._turn()
        self._add([STOPPED])
        self._hand_over()
        self._outlet.close()

    def _turn(self) -> None:
        mono = self._mono()
        if not self._is_ending():
            self._look(mono)
        for _ in range(self._queue.qsize()):
            item = self._queue.get()
            if isinstance(item, Notice):
                self._add(self._router.notice(item, mono))
            else:
                for record in item:
                    self._add(self._router.record(record, mono))
        self._hand_over()

    def _look(self, mono: float) -> None:
        """Look at the newest status, and say from outside that somebody guards."""
        found = self._latest()
        if found is not None and found[0] is not self._body:
            self._body = found[0]
            self._status = _parsed(self._body)
        age_s = float("inf") if found is None else found[1]
        self._add(self._router.status(self._status, age_s, mono))
        self._beat(age_s, mono)

    def _add(self, alerts: Sequence[Alert]) -> None:
        for alert in alerts:
            self._waiting.append(Message(alert.title, alert.text, alert.level.value))
        while len(self._waiting) > MAX_WAITING:
            self._waiting.popleft()
            self._dropped += 1

    def _hand_over(self) -> None:
        while self._waiting and self._outlet.send(self._waiting[0]):
            self._waiting.popleft()
        if self._dropped > self._told_dropped:
            lost = self._dropped - self._told_dropped
            self._told_dropped = self._dropped
            _log.error("alerts: %d were too many and are lost", lost)

    def _beat(self, age_s: float, mono: float) -> None:
        """Call the heartbeat only while somebody guards, and this is known."""
        guarded = self._status is not None and self._status.status == MONITORED
        if self._beat_s is None or not guarded or age_s > STALE_S:
            return
        if mono - self._beat_mono >= self._beat_s and self._outlet.send(Beat()):
            self._beat_mono = mono


def _parsed(body: bytes) -> StatusView | None:
    try:
        return parse(body)
    except msgspec.MsgspecError:
        _log.exception("alerts: the status cannot be read")
        return None
