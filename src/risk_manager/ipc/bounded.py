"""Reads a request from a socket within a budget, however slowly or endlessly it comes."""

from __future__ import annotations

import io
import json
import socket
from email.message import Message
from typing import Any, Final

_MAX_REQUEST_BYTES: Final = 16 * 1024
_MAX_PIECES: Final = 8
_MAX_DIGITS: Final = 5
_PIECE_TIMEOUT_S: Final = 2.0


class RequestTooLargeError(Exception):
    """A request line with its headers exceeds the limit."""


class BoundedReader(io.BufferedIOBase):
    """Reads lines until the budget of one request (16 KiB) is spent.

    The standard library alone would take 100 header lines of 64 KiB.
    """

    def __init__(self, inner: io.BufferedIOBase) -> None:
        self._inner = inner
        self._left = _MAX_REQUEST_BYTES

    def renew(self) -> None:
        """Start the budget of the next request."""
        self._left = _MAX_REQUEST_BYTES

    def readline(self, size: int | None = -1, /) -> bytes:  # noqa: ARG002 - the base's signature
        """Return the next line; `size` is ignored, the budget is the limit.

        Raises RequestTooLargeError when the budget is spent.
        """
        line = self._inner.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise RequestTooLargeError
        return line

    def body(self, length: int) -> bytes:
        """Return a body of exactly `length` bytes that comes in at most 8 pieces.

        Raises RequestTooLargeError for one beyond the budget, in more pieces or cut short.
        """
        self._left -= length
        if self._left < 0:
            raise RequestTooLargeError
        body = b""
        for _ in range(_MAX_PIECES):
            if len(body) == length:
                return body
            body += self._inner.read1(length - len(body))
        if len(body) == length:
            return body
        raise RequestTooLargeError

    def close(self) -> None:
        """Close the socket's reader."""
        self._inner.close()


def json_body(
    reader: BoundedReader, headers: Message, connection: socket.socket
) -> dict[str, Any] | None:
    """Return the JSON object of a POST; None when it is too large, too slow or none."""
    length = headers.get("Content-Length", "")
    is_small_number = length.isascii() and length.isdigit() and len(length) <= _MAX_DIGITS
    if "Transfer-Encoding" in headers or not is_small_number:
        return None
    before = connection.gettimeout()
    connection.settimeout(_PIECE_TIMEOUT_S)
    try:
        body = json.loads(reader.body(int(length)))
    except (RequestTooLargeError, ValueError, RecursionError, OSError):
        return None
    finally:
        connection.settimeout(before)
    return body if isinstance(body, dict) else None
