"""One warm HTTP/1.1 connection: a request leaves in one write, its answer has a deadline.

After any failure the connection is closed: a late answer must never be taken for the answer to
the next request. Not safe for two threads at once, but a write and the reading of its answer may
come from two threads in turn.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from urllib.parse import urlsplit

from risk_manager.api import http_socket
from risk_manager.api.http_head import http_date, seconds
from risk_manager.api.line_doubt import LineDoubt
from risk_manager.domain.errors import RiskManagerError

MAX_BODY: Final = 16 * 1024 * 1024
"""Bytes; a longer answer is a failure (twenty thousand bars are about 2 MB)."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer with any status; `date` and `retry_after_s` are None when absent or unreadable."""

    status: int
    body: bytes
    date: datetime | None
    retry_after_s: float | None


class NoAnswerError(RiskManagerError):
    """No complete answer came; `kind` is `timeout` or `network`."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class HttpConnection:
    """A connection to one origin; `tls` is None for plain HTTP (loopback only, see config).

    `doubt` is shared with the other connections to that origin.
    """

    def __init__(
        self,
        base_url: str,
        tls: ssl.SSLContext | None,
        mono: http_socket.Mono,
        doubt: LineDoubt | None = None,
    ) -> None:
        parts = urlsplit(base_url)
        self._host = parts.hostname or ""
        self._port = parts.port or (80 if tls is None else 443)
        self._tls = tls
        self._mono = mono
        self._doubt = doubt or LineDoubt()
        self._asked_mono = 0.0
        self._socket: socket.socket | None = None
        self._watch: http_socket.IdleWatch | None = None
        self._unsent = b""
        self._awaiting = False
        self.last_used_mono = float("-inf")

    @property
    def is_idle(self) -> bool:
        """Whether the connection is open, owes no answer and is not in doubt."""
        doubtful = self._doubt.covers(self.last_used_mono)
        return self._socket is not None and not self._awaiting and not doubtful

    def open(self, deadline: float) -> None:
        """Connect unless an idle connection is still good; NoAnswerError on failure."""
        if self._check()[0]:
            return
        self.close()
        try:
            self._socket = http_socket.open_socket(
                self._host, self._port, self._tls, self._mono, deadline
            )
        except OSError as error:
            raise self._failed(error) from error
        self._watch = http_socket.IdleWatch(self._socket)
        self.last_used_mono = self._mono()

    def can_write_now(self) -> bool:
        """Whether a small request would leave without waiting; closes a dead connection."""
        good, writable = self._check()
        if not good:
            self.close()
        return good and writable

    def write_now(self, request: bytes) -> bool:
        """Hand the request to the system without waiting; False when nothing was handed over.

        Call it only after `can_write_now`. An idle connection's buffer is empty and larger than
        any request of ours; should the system still take only a part, `read` sends the rest.
        """
        assert self._socket is not None
        try:
            sent = self._socket.send(request)
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            # TLS wants the same bytes again: they count as taken over and `read` sends them.
            sent = 0
            if self._tls is None:
                return False
        except OSError:
            self.close()
            return False
        self._unsent = request[sent:]
        self._note_asked()
        return True

    def write(self, request: bytes, deadline: float) -> None:
        """Open if needed and send the whole request; NoAnswerError on failure."""
        self.open(deadline)
        self._note_asked()
        self._unsent = request
        self.flush(deadline)

    def flush(self, deadline: float) -> None:
        """Send what `write_now` could not; NoAnswerError on failure."""
        if not self._unsent:
            return
        try:
            connected = self._connected()
            connected.settimeout(http_socket.remaining(self._mono, deadline))
            connected.sendall(self._unsent)
        except OSError as error:
            raise self._failed(error) from error
        self._unsent = b""

    def read(self, deadline: float) -> HttpAnswer:
        """Return the answer to the request that was written; NoAnswerError on failure."""
        try:
            self.flush(deadline)
            connected = self._connected()
            response, body = _receive(http_socket.DeadlineStream(connected, self._mono, deadline))
            connected.settimeout(0)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._failed(error) from error
        self._awaiting = False
        self.last_used_mono = self._mono()
        if response.will_close:
            self.close()
        headers = response.headers
        return HttpAnswer(
            response.status, body, http_date(headers["Date"]), seconds(headers["Retry-After"])
        )

    def close(self) -> None:
        """Close; harmless when closed."""
        connected, self._socket, self._watch = self._socket, None, None
        self._awaiting = False
        self._unsent = b""
        if connected is not None:
            http_socket.close_socket(connected)

    def _check(self) -> tuple[bool, bool]:
        """Return whether an idle connection is good and whether it takes bytes at once."""
        if self._watch is None or not self.is_idle:
            return False, False
        return self._watch.check()

    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise ConnectionError("the connection is closed")
        return self._socket

    def _note_asked(self) -> None:
        self._asked_mono = self._mono()
        self._awaiting = True

    def _failed(self, error: Exception) -> NoAnswerError:
        kind = "timeout" if isinstance(error, TimeoutError) else "network"
        if self._awaiting and kind == "timeout":
            self._doubt.raise_from(self._asked_mono)
        self.close()
        return NoAnswerError(kind, str(error) or type(error).__name__)


def _receive(stream: http_socket.DeadlineStream) -> tuple[http.client.HTTPResponse, bytes]:
    """Read one answer; HTTPException when it is malformed, too long or cut short."""
    # HTTPResponse only ever calls makefile("rb") on its socket.
    response = http.client.HTTPResponse(cast("socket.socket", stream), method="POST")
    response.begin()
    body = response.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        raise http.client.HTTPException(f"the answer is longer than {MAX_BODY} bytes")
    if response.length:
        # Reading with a limit does not raise for a body that ends early.
        raise http.client.IncompleteRead(body, response.length)
    return response, body
