"""A WebSocket to a hub: whole messages in and out, everything with a deadline.

The frames are the business of websocket-client, of which only the low-level `WebSocket` is used:
its `WebSocketApp` decides about reconnects and threads, which is the connection manager's task.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from websocket import ABNF, WebSocket, WebSocketException, WebSocketTimeoutException
from websocket import WebSocketBadStatusException as BadStatus

from risk_manager.api.hub_socket import HubSocket
from risk_manager.api.signalr_protocol import MAX_RECORD_BYTES
from risk_manager.api.waker import Waker

_HEADER_BYTES = 64 * 1024
"""Room for frame headers and for the answer to the upgrade."""


class TransportError(Exception):
    """The connection cannot be built or has ended; the text says why, without the token."""


class UpgradeRefusedError(TransportError):
    """The gateway answered the upgrade with an HTTP `status` other than 101."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the gateway refused the connection: HTTP {status}")
        self.status = status


class HubTransport(Protocol):
    """What a hub connection needs of its line. One thread uses it, for one connection."""

    def connect(self, url: str, timeout_s: float) -> None:
        """Open a ws:// or wss:// address; raises TransportError, after `timeout_s` at most."""
        ...

    def receive(self, timeout_s: float) -> bytes | None:
        """Return the next message, b"" for a sign of life without content.

        Returns None after `timeout_s` or when woken. Raises TransportError.
        """
        ...

    def send_text(self, payload: bytes) -> None:
        """Send one message (UTF-8); raises TransportError."""
        ...

    def shutdown(self) -> None:
        """End the connection at once; harmless when there is none."""
        ...


@lru_cache(maxsize=1)
def system_trust() -> ssl.SSLContext:
    """Return TLS settings with the system's trust store, or the file SSL_CERT_FILE names."""
    return ssl.create_default_context()


class WebSocketTransport:
    """The transport over a real socket.

    `cancelled` is asked whenever `waker` was woken; True ends whatever goes on.
    """

    def __init__(
        self,
        mono: Callable[[], float],
        waker: Waker,
        cancelled: Callable[[], bool],
        *,
        max_message_bytes: int = MAX_RECORD_BYTES,
    ) -> None:
        self._mono = mono
        self._line = HubSocket(mono, waker, cancelled, max_message_bytes + _HEADER_BYTES)
        # Text is not checked here: a record may be split inside a character, and the decoder of
        # the records checks what it uses. One thread only: no locks.
        self._websocket = WebSocket(skip_utf8_validation=True, enable_multithread=False)
        self._open: Callable[..., None] = self._websocket.connect

    def connect(self, url: str, timeout_s: float) -> None:
        """Open the WebSocket; redirects are not followed, since the address holds the token."""
        self._line.deadline = self._mono() + timeout_s
        try:
            address = urlsplit(url)
            is_secure = address.scheme == "wss"
            port = address.port or (443 if is_secure else 80)
            self._line.dial(address.hostname or "", port, system_trust() if is_secure else None)
            self._open(url, socket=self._line, redirect_limit=0, suppress_origin=True)
        except BadStatus as refused:
            raise UpgradeRefusedError(refused.status_code) from None
        except (TimeoutError, WebSocketTimeoutException):
            raise TransportError(f"no connection within {timeout_s:g} s") from None
        except WebSocketException as problem:
            # The library's texts may quote what the gateway sent, even the address.
            raise TransportError(f"no WebSocket: {type(problem).__name__}") from None
        except (OSError, ValueError, LookupError) as problem:
            raise TransportError(f"no connection: {_reason(problem)}") from None
        self._line.taken = 0
        self._line.wake_ends_read = True

    def receive(self, timeout_s: float) -> bytes | None:
        """Return the next message; pings of the WebSocket are answered on the way."""
        self._line.deadline = self._mono() + timeout_s
        try:
            opcode, frame = self._websocket.recv_data_frame(control_frame=True)
        except WebSocketTimeoutException:
            return None
        except (WebSocketException, OSError, ValueError) as problem:
            raise TransportError(f"connection lost: {_reason(problem)}") from None
        data: bytes = frame.data
        if opcode in {ABNF.OPCODE_TEXT, ABNF.OPCODE_BINARY}:
            self._line.taken = 0
            return data
        if opcode == ABNF.OPCODE_CLOSE:
            raise TransportError(f"closed by the gateway: {_close_text(data)}")
        # A ping or pong between the parts of a message does not belong to the message.
        self._line.taken -= len(data) + 2
        return b""

    def send_text(self, payload: bytes) -> None:
        """Send one message."""
        try:
            self._websocket.send(payload, ABNF.OPCODE_TEXT)
        except (WebSocketException, OSError) as problem:
            raise TransportError(f"sending failed: {_reason(problem)}") from None

    def shutdown(self) -> None:
        """Say goodbye if that is possible without waiting, and close."""
        if self._websocket.connected:
            with contextlib.suppress(WebSocketException, OSError):
                self._websocket.send_close()
        self._line.close()


def _reason(problem: Exception) -> str:
    return str(problem) or type(problem).__name__


def _close_text(data: bytes) -> str:
    """Return code and reason of a WebSocket close frame; both may be missing."""
    if len(data) < 2:
        return "no reason given"
    reason = data[2:].decode(errors="replace")
    return f"{int.from_bytes(data[:2])} {reason}".strip()
