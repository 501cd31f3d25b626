"""A TCP or TLS socket whose every wait has a deadline and can be ended from another thread.

It is what the WebSocket library reads from and writes to. All of it belongs to one thread, for a
TLS connection may not be read and written at the same time; other threads only use the `Waker`.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
from collections.abc import Callable
from typing import Any

from risk_manager.api.waker import Waker

_READ_BYTES = 65_536
_SEND_TIMEOUT_S = 1.0
"""What we send fits into any socket's buffer: a gateway that takes nothing for so long is lost."""


class HubSocket:
    """One connection, non-blocking underneath.

    `deadline` is the monotonic second at which a wait for input ends. A wake always asks
    `cancelled`, which ends everything; with `wake_ends_read` it also ends a wait for input.
    `taken` counts the bytes handed out since the owner last set it; more than `max_bytes` fail,
    so that a frame of any announced length cannot fill the memory.
    """

    def __init__(
        self,
        mono: Callable[[], float],
        waker: Waker,
        cancelled: Callable[[], bool],
        max_bytes: int,
    ) -> None:
        self.deadline = 0.0
        self.taken = 0
        self.wake_ends_read = False
        self._mono = mono
        self._waker = waker
        self._cancelled = cancelled
        self._max_bytes = max_bytes
        self._socket: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._selector.register(waker.reader, selectors.EVENT_READ)
        self._buffer = b""
        self._position = 0

    def dial(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        """Connect to the first address of `host` that answers before `deadline`.

        With `context` the connection is TLS and the certificate must be that of `host`. Raises
        OSError. Only looking up the name cannot be ended early: the system offers no way.
        """
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        failure: OSError = TimeoutError("timed out")
        for index, (family, kind, protocol, _, address) in enumerate(addresses):
            # A black hole at the first address must not use up the time of the others.
            share = (self.deadline - self._mono()) / (len(addresses) - index)
            self._attach(socket.socket(family, kind, protocol))
            try:
                self._connect(address, self._mono() + share)
            except OSError as problem:
                failure = problem
                self._detach()
                continue
            if context is not None:
                self._start_tls(context, host)
            return
        raise failure

    def recv(self, size: int) -> bytes:
        """Return 1 to `size` bytes, b"" at the end of the stream.

        Raises TimeoutError at the deadline or when woken, other OSError when the connection
        broke, was cancelled or brought more than `max_bytes`.
        """
        if self._position >= len(self._buffer):
            self._buffer = self._receive()
            self._position = 0
        part = self._buffer[self._position : self._position + size]
        self._position += len(part)
        self.taken += len(part)
        if self.taken > self._max_bytes:
            raise OSError(f"message longer than {self._max_bytes} bytes")
        return part

    def send(self, data: bytes) -> int:
        """Write some of `data` and return how much; raises OSError, after 1 s at most."""
        deadline = self._mono() + _SEND_TIMEOUT_S
        while True:
            try:
                return self._open.send(data)
            except (BlockingIOError, ssl.SSLWantWriteError):
                events = selectors.EVENT_WRITE
            except ssl.SSLWantReadError:
                events = selectors.EVENT_READ
            try:
                self._wait(events, deadline)
            except TimeoutError:
                # No timeout for the caller: half a frame may be gone, nothing can follow it.
                raise ConnectionAbortedError("the gateway takes no data") from None

    def gettimeout(self) -> float:
        """Tell the library that waits end; the deadlines of this class decide when."""
        return _SEND_TIMEOUT_S

    def close(self) -> None:
        """End the connection at once; harmless when it has ended."""
        self._detach()
        self._selector.close()

    @property
    def _open(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionAbortedError("the connection is closed")
        return self._socket

    def _receive(self) -> bytes:
        # Reading before waiting saves a system call while messages queue up, and TLS may hold
        # bytes that no wait for the socket would report.
        while True:
            try:
                return self._open.recv(_READ_BYTES)
            except (BlockingIOError, ssl.SSLWantReadError):
                events = selectors.EVENT_READ
            except ssl.SSLWantWriteError:
                events = selectors.EVENT_WRITE
            if not self._wait(events, self.deadline, ends_on_wake=self.wake_ends_read):
                raise TimeoutError("woken")

    def _wait(self, events: int, deadline: float, *, ends_on_wake: bool = False) -> bool:
        """Return True when the socket is ready, False when woken; TimeoutError at the deadline."""
        connection = self._open
        if self._selector.get_key(connection).events != events:
            self._selector.modify(connection, events)
        while True:
            timeout = deadline - self._mono()
            ready = self._selector.select(timeout) if timeout > 0 else []
            if not ready:
                raise TimeoutError("timed out")
            if any(key.fileobj is self._waker.reader for key, _ in ready):
                self._waker.clear()
                if self._cancelled():
                    raise ConnectionAbortedError("cancelled")
                if ends_on_wake:
                    return False
            if any(key.fileobj is connection for key, _ in ready):
                return True

    def _connect(self, address: Any, deadline: float) -> None:
        connection = self._open
        try:
            connection.connect(address)
        except BlockingIOError:
            self._wait(selectors.EVENT_WRITE, deadline)
        error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "the gateway cannot be reached")

    def _start_tls(self, context: ssl.SSLContext, host: str) -> None:
        plain = self._open
        self._selector.unregister(plain)
        secure = context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        self._socket = secure
        self._selector.register(secure, selectors.EVENT_READ)
        while True:
            try:
                secure.do_handshake()
            except ssl.SSLWantReadError:
                self._wait(selectors.EVENT_READ, self.deadline)
            except ssl.SSLWantWriteError:
                self._wait(selectors.EVENT_WRITE, self.deadline)
            else:
                return

    def _attach(self, connection: socket.socket) -> None:
        connection.settimeout(0.0)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._selector.register(connection, selectors.EVENT_READ)

    def _detach(self) -> None:
        connection, self._socket = self._socket, None
        if connection is None:
            return
        self._selector.unregister(connection)
        # A shutdown reaches the peer even where something else still holds the socket.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
