"""`risk-manager run` as a process of its own: started, stopped, killed, asked for its status."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from risk_manager.ipc.client import EndpointClient

READY_WITHIN_S = 30.0
END_WITHIN_S = 20.0
SAID_WITHIN_S = 3.0
TAIL_CHARACTERS = 8000
RUN = ("-m", "risk_manager", "run")
PATHS = {"PYTHONPATH": os.pathsep.join(sys.path)}
"""So that programs of the tests find what they import."""


class DaemonProcess:
    """One run of the daemon on a folder with `config`; its stderr goes to `stderr.txt` there."""

    def __init__(
        self,
        folder: Path,
        variables: dict[str, str],
        program: Sequence[str] = RUN,
    ) -> None:
        self._folder = folder
        self._errors = (folder / "stderr.txt").open("ab")
        command = [sys.executable, *program]
        paths = {} if program == RUN else PATHS
        self._process = subprocess.Popen(
            [*command, "--config", str(folder / "config"), "--data", str(folder / "data")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=folder,
            env=os.environ | paths | variables | {"PYTHONFAULTHANDLER": "1"},
            creationflags=_NEW_GROUP,
        )
        self.lines: list[str] = []
        self._first_line = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def is_running(self) -> bool:
        """Whether the process lives."""
        return self._process.poll() is None

    def wait_ready(self, timeout: float = READY_WITHIN_S) -> str:
        """Return the READY line; fails with the daemon's last words when none comes."""
        self._first_line.wait(timeout)
        line = self.lines[0] if self.lines else ""
        assert line.startswith("READY"), f"the daemon did not get ready\n{self.last_words()}"
        return line

    def wait_end(self, timeout: float = END_WITHIN_S) -> int:
        """Wait for the process to end by itself and return its exit code."""
        code = self._process.wait(timeout)
        self._reader.join(END_WITHIN_S)
        self._errors.close()
        return code

    def stop(self) -> int:
        """Ask for a clean stop and return the exit code.

        A daemon that hangs is ended so that it writes down where its threads are.
        """
        if self.is_running:
            self._process.send_signal(_STOP_SIGNAL)
        try:
            return self.wait_end()
        except subprocess.TimeoutExpired:
            self._process.send_signal(_ABORT_SIGNAL)
            self.wait_end()
            raise AssertionError(f"the daemon does not stop\n{self.last_words()}") from None

    def kill(self) -> None:
        """End the process as a crash would: no handler runs."""
        self._process.kill()
        self.wait_end()

    def last_words(self) -> str:
        """Return the end of what the daemon wrote to stderr."""
        text = (self._folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")
        return text[-TAIL_CHARACTERS:]

    def said(self, words: str, within_s: float = SAID_WITHIN_S) -> str:
        """Return the end of stderr, once it has `words` if it ever does: the log is behind."""
        end = time.monotonic() + within_s
        while words not in (text := self.last_words()) and time.monotonic() < end:
            time.sleep(0.01)
        return text

    def status(self) -> dict[str, Any] | None:
        """Return the status as the trader's tool gets it; None before the first."""
        reading = EndpointClient.find([self._folder / "run"]).get_status()
        return None if reading is None else reading.status

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output, contextlib.suppress(ValueError):
            for line in output:
                self.lines.append(line.decode(errors="replace").strip())
                self._first_line.set()
        self._first_line.set()


if sys.platform == "win32":
    # A group of its own, so that the break reaches this process only.
    _NEW_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
    _STOP_SIGNAL = signal.CTRL_BREAK_EVENT
    _ABORT_SIGNAL = signal.SIGTERM
else:
    _NEW_GROUP = 0
    _STOP_SIGNAL = signal.SIGTERM
    _ABORT_SIGNAL = signal.SIGABRT
