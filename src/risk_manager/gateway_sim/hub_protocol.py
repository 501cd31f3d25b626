"""The server's side of the SignalR JSON hub protocol, version 1: bytes in, bytes out, no I/O.

Source: the protocol texts of ASP.NET Core SignalR (TransportProtocols, HubProtocol). Each record
is UTF-8 JSON followed by the byte 0x1E; a WebSocket message may hold several records or a part.
"""

from __future__ import annotations

from typing import Any

import msgspec

SEPARATOR = b"\x1e"
MAX_RECORD_BYTES = 32 * 1024
"""ASP.NET Core's default limit for what a client may send."""

INVOCATION = 1
STREAM_INVOCATION = 4
PING = 6
CLOSE = 7

DROP_ERROR = "Connection closed with an error."
"""The text seen on live drops; ASP.NET Core gives it whenever details are switched off."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()


class ProtocolBreachError(Exception):
    """The client broke the protocol; the connection must end with an error."""


class RecordBuffer:
    """Cuts what arrives into records and keeps the unfinished rest."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the complete records; ProtocolBreachError for one of more than 32 KB."""
        *records, self._rest = (self._rest + data).split(SEPARATOR)
        if any(len(record) > MAX_RECORD_BYTES for record in (*records, self._rest)):
            raise ProtocolBreachError(f"a record is longer than {MAX_RECORD_BYTES} bytes")
        return records


def decode(record: bytes) -> dict[str, Any]:
    """Return a record's members; ProtocolBreachError when it is not a JSON object."""
    try:
        value = _decoder.decode(record)
    except msgspec.DecodeError as error:
        raise ProtocolBreachError(str(error)) from error
    if not isinstance(value, dict):
        raise ProtocolBreachError("a record must be a JSON object")
    return value


def handshake_error(request: dict[str, Any]) -> str | None:
    """Return the text that refuses a handshake, or None when it is accepted."""
    protocol, version = request.get("protocol"), request.get("version")
    if protocol != "json":
        return f"The protocol '{protocol}' is not supported."
    if version != 1:
        return f"The server does not support version {version} of the 'json' protocol."
    return None


def encode(message: dict[str, Any]) -> bytes:
    """Return a record with its closing byte; `msgspec.Raw` members are copied as they are."""
    return _encoder.encode(message) + SEPARATOR


def invocation(target: str, arguments: list[Any]) -> bytes:
    """Call a handler of the client, without an answer."""
    return encode({"type": INVOCATION, "target": target, "arguments": arguments})


def completion(invocation_id: str, result: int) -> bytes:
    """Answer a call with a result."""
    return encode({"type": 3, "invocationId": invocation_id, "result": result})


def completion_error(invocation_id: str, error: str) -> bytes:
    """Answer a call with an error."""
    return encode({"type": 3, "invocationId": invocation_id, "error": error})


def ping() -> bytes:
    """Return the keep-alive record."""
    return encode({"type": PING})


def close(error: str | None = None, *, allow_reconnect: bool = False) -> bytes:
    """Return the record that announces the end; absent members have their default."""
    members: dict[str, Any] = {"type": CLOSE}
    if error is not None:
        members["error"] = error
    if allow_reconnect:
        members["allowReconnect"] = True
    return encode(members)
