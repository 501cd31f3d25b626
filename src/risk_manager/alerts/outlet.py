"""The daemon's end of the sender process: starts it, feeds it, starts it again when it dies."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Final

import msgspec

from risk_manager.alerts.wire import REPORTS, Beat, Message, Report, Setup, line

_BOOT: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from risk_manager.alerts.sender import main; main()"
)
"""Finds our packages where this process does: a service may run on a bare interpreter."""
_NO_WINDOW: Final = getattr(subprocess, "CREATE_NO_WINDOW", 0)
PAUSES_S: Final = (1.0, 5.0, 30.0, 60.0)
"""Before the process is started again; the last one repeats."""
END_S: Final = 4.0
_log = logging.getLogger("risk_manager.daemon")


class Outlet:
    """Used by one thread only. `clean` takes secrets out of what the services complain.

    Secrets reach the process through its input: neither its command line nor its environment,
    which others may read, holds one.
    """

    def __init__(
        self, setup: Setup, clean: Callable[[str], str], mono: Callable[[], float]
    ) -> None:
        self._setup = setup
        self._clean = clean
        self._mono = mono
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths = 0
        self._again_mono = float("-inf")

    def send(self, order: Message | Beat) -> bool:
        """Hand an order over; False when the process is not there to take it."""
        if self._process is None and not self._start():
            return False
        try:
            self._write(order)
        except OSError as error:
            self._note_death(error)
            return False
        self._deaths = 0
        return True

    def close(self) -> None:
        """Let it send what waits, and end it."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(END_S)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()

    def _start(self) -> bool:
        if self._mono() < self._again_mono:
            return False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-I", "-c", _BOOT, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                creationflags=_NO_WINDOW,
            )
            output = self._process.stdout
            threading.Thread(target=self._listen, args=(output,), daemon=True).start()
            self._write(self._setup)
        except OSError as error:
            self._note_death(error)
            return False
        return True

    def _write(self, order: Setup | Message | Beat) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(line(order))
        self._process.stdin.flush()

    def _note_death(self, error: OSError) -> None:
        _log.error("alerts: the sender process is gone (%s); it is started again", error)
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
        self._again_mono = self._mono() + PAUSES_S[min(self._deaths, len(PAUSES_S) - 1)]
        self._deaths += 1

    def _listen(self, output: IO[bytes]) -> None:
        """Log how the channels do, until the process ends."""
        with output:
            for raw in output:
                try:
                    self._say(REPORTS.decode(raw))
                except msgspec.MsgspecError:
                    _log.warning("alerts: %s", self._clean(raw.decode(errors="replace").strip()))

    def _say(self, report: Report) -> None:
        if report.problem is not None:
            problem = self._clean(report.problem)
            _log.error("alerts: channel %s fails: %s", report.channel, problem)
        elif report.dropped:
            text = "alerts: channel %s works; %d messages were too many and are lost"
            _log.error(text, report.channel, report.dropped)
        else:
            _log.info("alerts: channel %s works again", report.channel)
