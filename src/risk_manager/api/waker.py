"""Waking a thread that waits for a socket.

A socket pair works with `select` on every system; a pipe does not on Windows.
"""

from __future__ import annotations

import contextlib
import socket


class Waker:
    """`wake` from any thread ends the wait of the one thread that owns this object.

    The owner waits for `reader` together with its own socket, clears, and only then looks at
    what has changed; so no change can be missed. Wakes before `clear` count as one.
    """

    def __init__(self) -> None:
        self.reader, self._writer = socket.socketpair()
        self.reader.settimeout(0.0)
        self._writer.settimeout(0.0)

    def wake(self) -> None:
        """End the owner's wait, or its next one; returns at once, from any thread."""
        # A full pair already wakes; a closed one has no owner who could wait.
        with contextlib.suppress(OSError):
            self._writer.send(b"\0")

    def clear(self) -> None:
        """Forget the wakes so far. Only for the owner."""
        with contextlib.suppress(BlockingIOError):
            while self.reader.recv(1024):
                pass

    def close(self) -> None:
        """Release both sockets. Only for the owner."""
        self.reader.close()
        self._writer.close()
