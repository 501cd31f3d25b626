"""The demo's daemon: `risk-manager run` as a process of its own, so that everything is real."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from risk_manager.domain.errors import StartError

_READY_WITHIN_S: Final = 20.0
_END_WITHIN_S: Final = 12.0
_TAIL_LINES: Final = 15


class DaemonProcess:
    """Starts the daemon on a folder with `config`, and stops it.

    Its stderr goes to `daemon-output.txt` in that folder.
    """

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self._output = folder / "daemon-output.txt"
        self._stderr = self._output.open("ab")
        command = [sys.executable, "-m", "risk_manager", "run"]
        self._process = subprocess.Popen(  # noqa: S603 - our own executable
            [*command, "--config", str(folder / "config"), "--data", str(folder / "data")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            cwd=folder,
            env=os.environ | variables,
            creationflags=_NEW_GROUP,
        )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="daemon-output", daemon=True).start()

    def wait_ready(self) -> str:
        """Return the READY line; raises StartError with the daemon's last words when none comes."""
        try:
            line = self._lines.get(timeout=_READY_WITHIN_S).decode(errors="replace").strip()
        except queue.Empty:
            line = ""
        if not line.startswith("READY"):
            raise StartError(f"the daemon did not get ready\n{self.last_words()}")
        return line

    def last_words(self) -> str:
        """Return the last lines the daemon wrote to stderr."""
        text = self._output.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-_TAIL_LINES:])

    def stop(self) -> int:
        """Ask for a clean stop and return the exit code; a daemon that hangs is killed."""
        if self._process.poll() is None:
            self._process.send_signal(_STOP_SIGNAL)
        try:
            code = self._process.wait(_END_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._stderr.close()
        return code

    def _read(self) -> None:
        """Pass on stdout line by line; an empty line marks its end."""
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                self._lines.put(line)
        self._lines.put(b"")


if sys.platform == "win32":
    # A group of its own: Ctrl-C in the demo's console must not reach the daemon first.
    _NEW_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
    _STOP_SIGNAL = signal.CTRL_BREAK_EVENT
else:
    _NEW_GROUP = 0
    _STOP_SIGNAL = signal.SIGTERM
