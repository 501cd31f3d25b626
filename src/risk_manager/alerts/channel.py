"""One way to a person: a bounded queue, a thread, and tries with growing pauses."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final

from risk_manager.alerts.plugins import Send
from risk_manager.alerts.wire import Message, Report

MAX_WAITING: Final = 100
"""Messages that wait for a service; beyond, the oldest is dropped and counted."""
PAUSES_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Between two tries; the last one repeats."""
SHOWN: Final = 20
"""Texts of a heap that are sent in full."""


class Channel:
    """Sends what it is given, in order; what piled up while a service failed goes as one message.

    `report` is called from the channel's thread when it begins to fail, and when it works again.
    """

    def __init__(self, name: str, send: Send, report: Callable[[Report], None]) -> None:
        self.name = name
        self._send = send
        self._report = report
        self._waiting: deque[Message] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._dropped = 0
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=f"alerts {name}", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, message: Message) -> None:
        """Take a message; never blocks for the service."""
        with self._changed:
            self._waiting.append(message)
            self._drop()
            self._changed.notify()

    def close(self) -> None:
        """Send what waits, at most once more, and end; `join` waits for it."""
        with self._changed:
            self._closing = True
            self._changed.notify()

    def join(self, timeout_s: float) -> bool:
        """Return whether the thread has ended in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while batch := self._next():
            problem = self._send(*_joined(batch))
            if problem is None:
                self._sent()
            elif not self._failed(batch, problem):
                return

    def _next(self) -> list[Message]:
        """Wait for messages and take them all; none when told to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            batch = list(self._waiting)
            self._waiting.clear()
            return batch

    def _sent(self) -> None:
        with self._changed:
            dropped, self._dropped = self._dropped, 0
        if self._failures or dropped:
            self._report(Report(self.name, None, dropped))
        self._failures = 0

    def _failed(self, batch: Sequence[Message], problem: str) -> bool:
        """Put the messages back and pause; False when told to end meanwhile."""
        with self._changed:
            self._waiting.extendleft(reversed(batch))
            self._drop()
        if not self._failures:
            self._report(Report(self.name, problem))
        pause_s = PAUSES_S[min(self._failures, len(PAUSES_S) - 1)]
        self._failures += 1
        with self._changed:
            return not self._changed.wait_for(lambda: self._closing, pause_s)

    def _drop(self) -> None:
        while len(self._waiting) > MAX_WAITING:
            self._waiting.popleft()
            self._dropped += 1


class Beats:
    """Calls the heartbeat's address; a call that fails is not made up for later, for then it
    might say that somebody guards when nobody does.
    """

    def __init__(
        self, name: str, call: Callable[[], str | None], report: Callable[[Report], None]
    ) -> None:
        self._name = name
        self._call = call
        self._report = report
        self._due = threading.Event()
        self._fails = False
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def beat(self) -> None:
        """Call soon; a call that is under way serves as well."""
        self._due.set()

    def _run(self) -> None:
        while self._due.wait():
            problem = self._call()
            self._due.clear()
            if (problem is not None) != self._fails:
                self._report(Report(self._name, problem))
            self._fails = problem is not None


def _joined(batch: Sequence[Message]) -> tuple[str, str, str]:
    """Return title, text and level of one message, or of a heap of them, the newest last."""
    if len(batch) == 1:
        return batch[0].title, batch[0].text, batch[0].level
    texts = [f"{each.title.removeprefix('Risk Manager').strip(': ')} {each.text}" for each in batch]
    more = len(texts) - SHOWN
    head = [f"and {more} earlier"] if more > 0 else []
    worst = next((w for w in ("alarm", "warning") if any(m.level == w for m in batch)), "info")
    text = "\n".join([*head, *(text.strip() for text in texts[-SHOWN:])])
    return f"Risk Manager: {len(batch)} messages", text, worst
