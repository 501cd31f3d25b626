"""Sockets for the REST connection: opening, readiness without waiting, reads with a deadline.

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


def readiness(connected: socket.socket) -> tuple[bool, bool]:
    """Return at once whether bytes (or the end) can be read and whether bytes can be written."""
    if sys.platform == "win32":
        # select on Windows takes any socket; elsewhere it fails above 1024 open files.
        readable, writable, _ = select.select([connected], [connected], [], 0)
        return bool(readable), bool(writable)
    else:  # noqa: RET505 - the type checker needs both branches per platform
        poller = select.poll()
        poller.register(connected, select.POLLIN | select.POLLOUT)
        flags = sum(flag for _, flag in poller.poll(0))
        return bool(flags & ~select.POLLOUT), bool(flags & select.POLLOUT)


def is_still_silent(connected: socket.socket) -> bool:
    """Whether a readable idle socket carries nothing but TLS housekeeping.

    TLS 1.3 session tickets make an idle socket readable. The end of the stream, or any byte of
    an answer nobody asked for, means the connection cannot be used again.
    """
    try:
        connected.recv(1)
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
