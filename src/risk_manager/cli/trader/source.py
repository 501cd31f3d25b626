"""Where the screen gets its status: one look, or a thread that follows the daemon."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from risk_manager.cli.trader.model import Status, parse_status
from risk_manager.cli.trader.watch import Watch
from risk_manager.ipc.client import EndpointClient, NotRunningError, StatusReading

_RETRY_S = 1.0


def look(run_folders: Sequence[Path]) -> tuple[Watch, StatusReading | None]:
    """Ask the daemon once; a daemon that is not there is an answer, too."""
    try:
        reading = EndpointClient.find(run_folders).get_status()
    except NotRunningError as error:
        return Watch(None, None, f"no daemon answers ({error})"), None
    if reading is None:
        return Watch(None, None, "the daemon is starting"), None
    watch = _watch_of(reading)
    return watch, reading if watch.status is not None else None


def ask_history(run_folders: Sequence[Path], account: int, **asked: str) -> dict[str, Any]:
    """Ask the daemon for an account's past. Raises NotRunningError or AskedInVainError."""
    return EndpointClient.find(run_folders).get_history(account=account, **asked)


def ask_clock(run_folders: Sequence[Path], account: int, action: str) -> dict[str, Any]:
    """Clock an account `in` or `out`. Raises NotRunningError or AskedInVainError."""
    return EndpointClient.find(run_folders).clock(account, action)


class Follower:
    """Follows the daemon in a thread of its own and keeps the newest status.

    `wake` is called after every answer and after every loss. `monotonic` gives seconds; the age
    of a status goes on while no answer comes. A daemon that starts later is found.
    """

    def __init__(
        self,
        run_folders: Sequence[Path],
        monotonic: Callable[[], float],
        wake: Callable[[], None],
    ) -> None:
        self._run_folders = run_folders
        self._monotonic = monotonic
        self._wake = wake
        self._state: tuple[Status | None, float, str] = (None, monotonic(), "connecting")
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follow", daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Stop following; the thread ends with its next answer."""
        self._stopped.set()

    def watch(self) -> Watch:
        """Return what is known now."""
        status, born, problem = self._state
        if status is None:
            return Watch(None, None, problem)
        return Watch(status, max(0.0, self._monotonic() - born), problem)

    def _follow(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow_one_daemon()
            except NotRunningError as error:
                status, born, _ = self._state
                self._state = (status, born, str(error))
                self._wake()
            self._stopped.wait(_RETRY_S)

    def _follow_one_daemon(self) -> None:
        for reading in EndpointClient.find(self._run_folders).stream():
            if self._stopped.is_set():
                return
            self._take(reading)

    def _take(self, reading: StatusReading | None) -> None:
        if reading is None:
            self._state = (None, self._monotonic(), "the daemon is starting")
        else:
            watch = _watch_of(reading)
            self._state = (watch.status, self._monotonic() - reading.age_s, watch.problem)
        self._wake()


def _watch_of(reading: StatusReading) -> Watch:
    try:
        return Watch(parse_status(reading.status), reading.age_s)
    except ValueError as error:
        return Watch(None, None, f"the daemon's status cannot be read ({error})")
