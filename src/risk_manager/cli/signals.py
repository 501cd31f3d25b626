"""Signals of the system: a clean end instead of a sudden one.

A closed terminal counts as a wish to end, unless the process was started to survive it (nohup).
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

Handler = Callable[[int, FrameType | None], None]


def _endings() -> list[signal.Signals]:
    """The signals that ask this process to end."""
    wanted = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        wanted.append(signal.SIGBREAK)
    else:
        wanted.append(signal.SIGHUP)
    return [number for number in wanted if signal.getsignal(number) is not signal.SIG_IGN]


@contextlib.contextmanager
def _handled(handler: Handler) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in _endings()}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


@contextlib.contextmanager
def stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Set `stop` on Ctrl-C, SIGTERM and SIGHUP (Windows: Ctrl-Break) while the block runs."""

    def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        # The handler may interrupt this thread inside the event's own lock: setting it here
        # could wait for itself.
        threading.Thread(target=stop.set, name="signal", daemon=True).start()

    with _handled(ask_to_stop):
        yield


@contextlib.contextmanager
def interrupt_on_signals() -> Iterator[None]:
    """Raise KeyboardInterrupt in the main thread, as Ctrl-C does, so that all is cleaned up.

    Once only: a second signal must not break into the cleaning.
    """
    asked: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        if len(asked) == 1:
            raise KeyboardInterrupt

    with _handled(interrupt):
        yield
