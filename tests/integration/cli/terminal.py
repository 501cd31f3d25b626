"""A person at a terminal of 80 x 24: reads what is shown, types answers."""

import os
import re
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

if sys.platform != "win32":
    import pty
    import termios

    class Person:
        """Runs `risk-manager …` on a pseudo-terminal; `shown` is everything so far."""

        def __init__(self, *words: str, folder: Path, **variables: str) -> None:
            self._terminal, self._end = pty.openpty()
            termios.tcsetwinsize(self._end, (24, 80))
            defaults = {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8"}
            inherited = {name: text for name, text in os.environ.items() if name != "NO_COLOR"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "risk_manager", *words],
                stdin=self._end, stdout=self._end, stderr=self._end, cwd=folder,
                env=inherited | defaults | variables, start_new_session=True,
            )  # fmt: skip
            self.shown = ""
            self._read_to = 0

        def __enter__(self) -> Self:
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
        ) -> None:
            self._process.kill()
            self._process.wait()
            os.close(self._terminal)
            os.close(self._end)

        def sees(self, wanted: str) -> str:
            """Wait for a text behind the last one seen; returns what came up to it."""
            while (place := self._plain().find(wanted, self._read_to)) < 0:
                ready = select.select([self._terminal], [], [], 30)[0]
                assert ready, f"{wanted!r} never came: {self._plain()[self._read_to :]!r}"
                self.shown += os.read(self._terminal, 65536).decode(errors="replace")
            before = self._plain()[self._read_to : place + len(wanted)]
            self._read_to = place + len(wanted)
            return before.replace("\r\n", "\n")

        def types(self, text: str) -> None:
            """Type a line."""
            os.write(self._terminal, f"{text}\n".encode())

        def interrupts(self) -> None:
            """What Ctrl-C does; the terminal controls no process, so that getpass reads it.

            One that comes in the moment before a read begins is heard after that read: like a
            person, press again.
            """
            for _ in range(5):
                self._process.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    self._process.wait(2)
                    return

        def leaves(self) -> int:
            """Wait for the end; returns the exit code."""
            return self._process.wait(20)

        def _plain(self) -> str:
            return ESCAPES.sub("", self.shown)
