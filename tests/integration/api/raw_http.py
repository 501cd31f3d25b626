"""A small HTTP server over raw sockets that can answer in every wrong way."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

DATE = "Fri, 20 Nov 2026 15:00:00 GMT"


@dataclass(frozen=True)
class Request:
    """One request as it came; `connection` counts accepted connections from 1."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


Handler = Callable[[Request], Any]
"""Returns the answer's bytes, or None to close at once, or something that uses the socket."""


def answer(
    payload: object = None, status: int = 200, headers: str = "", *, date: bool = True
) -> bytes:
    """Return an HTTP answer with a JSON body; bytes are sent as they are."""
    body = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    dated = f"Date: {DATE}\r\n" if date else ""
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{dated}{headers}\r\n"
    return head.encode() + body


def ok(**members: object) -> bytes:
    """Return a successful envelope with payload members."""
    return answer({"success": True, "errorCode": 0, "errorMessage": None, **members})


@dataclass
class RawServer:
    """Serves every connection on a thread of its own until `stop`."""

    handler: Handler
    tls: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> RawServer:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._spawn(self._accept)
        return self

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self._listener.getsockname()[1]}"

    def paths(self) -> list[str]:
        """Return the last part of each path requested, in order."""
        return [request.path.rpartition("/")[2] for request in self.requests]

    def drop_all(self) -> None:
        """Close every open connection from our side."""
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self.stopping.set()
        # A plain close would leave the accepting thread waiting.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_all()
        for thread in self._threads:
            thread.join(5)

    def _spawn(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._spawn(self._serve, plain, self.connections)

    def _serve(self, plain: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(plain)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = plain
            if self.tls:
                connection = stack.enter_context(self.tls.wrap_socket(plain, server_side=True))
            self._open.append(connection)
            reader = stack.enter_context(connection.makefile("rb"))
            while (request := read_request(reader, number)) is not None:
                self.requests.append(request)
                reply = self.handler(request)
                if reply is None:
                    return
                if callable(reply):
                    reply(connection)
                else:
                    connection.sendall(reply)


def read_request(reader: Any, number: int) -> Request | None:
    """Read one request, None at the end of the stream."""
    first = reader.readline().decode().split()
    if not first:
        return None
    headers = {}
    while line := reader.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = reader.read(int(headers.get("content-length", "0")))
    return Request(first[0], first[1], headers, body, number)
