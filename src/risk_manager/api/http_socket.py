"""Sockets for the REST connection: opening, watching while idle, reads with a deadline.

An idle socket is non-blocking. Whoever waits sets a timeout first, from the time that is left
until the deadline of the call.
"""

from __future__ import annotations

import contextlib
import io
import select
import socket
import ssl
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

Mono = Callable[[], float]


def open_socket(
    host: str, port: int, tls: ssl.SSLContext | None, mono: Mono, deadline: float
) -> socket.socket:
    """Return a connected non-blocking socket with Nagle's delay off.

    Raises OSError (TimeoutError when the deadline passes; ssl.SSLError is an OSError too).
    """
    plain = socket.create_connection((host, port), timeout=remaining(mono, deadline))
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ready = plain
        if tls is not None:
            plain.settimeout(remaining(mono, deadline))
            ready = tls.wrap_socket(plain, server_hostname=host)
        ready.settimeout(0)
    except BaseException:
        plain.close()
        raise
    return ready


def remaining(mono: Mono, deadline: float) -> float:
    """Return the seconds left until the monotonic `deadline`; TimeoutError when there are none."""
    left = deadline - mono()
    if left <= 0:
        raise TimeoutError("the time for this call is over")
    return left


def close_socket(connected: socket.socket) -> None:
    """Close a socket and wake a thread that waits on it."""
    with contextlib.suppress(OSError):  # the peer closed first: nothing left to shut down
        connected.shutdown(socket.SHUT_RDWR)
    connected.close()


class IdleWatch:
    """Says at once whether an idle socket is still good and whether it takes bytes."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._tls = connected if isinstance(connected, ssl.SSLSocket) else None
        if sys.platform != "win32":
            # Registered once: this runs before every request. select would do on Windows only,
            # elsewhere it fails above 1024 open files.
            self._poller = select.poll()
            self._poller.register(connected, select.POLLIN | select.POLLOUT)

    def check(self) -> tuple[bool, bool]:
        """Return (good, writable).

        The end of the stream, or any byte of an answer nobody asked for, means the connection
        cannot be used again. TLS 1.3 session tickets also make a socket readable and are fine.
        """
        if sys.platform == "win32":
            reads, writes, _ = select.select([self._socket], [self._socket], [], 0)
            readable, writable = bool(reads), bool(writes)
        else:
            polled = self._poller.poll(0)
            flags = polled[0][1] if polled else 0
            readable, writable = bool(flags & ~select.POLLOUT), bool(flags & select.POLLOUT)
        if self._tls is not None and self._tls.pending():
            return False, False
        return not readable or self._is_silent(), writable

    def _is_silent(self) -> bool:
        try:
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False


class DeadlineStream(io.RawIOBase):
    """The reading side of a socket, as http.client.HTTPResponse wants it, with one deadline."""

    def __init__(self, connected: socket.socket, mono: Mono, deadline: float) -> None:
        super().__init__()
        self._socket = connected
        self._mono = mono
        self._deadline = deadline

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a buffered reader; closing it leaves the socket open."""
        if mode != "rb":
            raise ValueError(f"only reading is supported, not {mode!r}")
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Answer yes: bytes can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Read what is there, waiting up to the deadline; TimeoutError after it."""
        self._socket.settimeout(remaining(self._mono, self._deadline))
        return self._socket.recv_into(buffer)
