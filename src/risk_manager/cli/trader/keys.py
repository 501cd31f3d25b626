"""Single key presses from the terminal, without Enter and without echo."""

from __future__ import annotations

import contextlib
import select
import sys
import threading
from collections.abc import Callable, Iterator

_POLL_S = 0.1


@contextlib.contextmanager
def key_presses(deliver: Callable[[str], None]) -> Iterator[None]:
    """Call `deliver` (from a thread) with each key, in lower case, while the block runs.

    The terminal is restored at the end, whatever ends the block. Without a terminal on stdin
    there are no keys.
    """
    if not sys.stdin.isatty():
        yield
        return
    done = threading.Event()
    with _one_key_at_a_time():
        reader = threading.Thread(target=_read, args=(deliver, done), name="keys", daemon=True)
        reader.start()
        try:
            yield
        finally:
            done.set()
            reader.join()


if sys.platform == "win32":
    import msvcrt

    @contextlib.contextmanager
    def _one_key_at_a_time() -> Iterator[None]:
        """Do nothing: `msvcrt` reads the keyboard itself."""
        yield

    def _read(deliver: Callable[[str], None], done: threading.Event) -> None:
        while not done.wait(_POLL_S):
            while msvcrt.kbhit():
                deliver(msvcrt.getwch().lower())

else:
    import os
    import termios
    import tty

    @contextlib.contextmanager
    def _one_key_at_a_time() -> Iterator[None]:
        """Switch off line buffering and echo; Ctrl-C keeps working."""
        stdin = sys.stdin.fileno()
        before = termios.tcgetattr(stdin)
        tty.setcbreak(stdin)
        try:
            yield
        finally:
            termios.tcsetattr(stdin, termios.TCSADRAIN, before)

    def _read(deliver: Callable[[str], None], done: threading.Event) -> None:
        stdin = sys.stdin.fileno()
        while not done.is_set():
            if select.select([stdin], [], [], _POLL_S)[0]:
                pressed = os.read(stdin, 64)
                if not pressed:
                    return
                for sign in pressed.decode(errors="replace").lower():
                    deliver(sign)
