"""What travels over a hub: the messages of the SignalR JSON protocol, and how ours are written.

Source: the hub protocol specification of ASP.NET Core SignalR, JSON encoding, version 1.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

RECORD_SEPARATOR = b"\x1e"
"""Ends every record."""

HANDSHAKE = b'{"protocol":"json","version":1}' + RECORD_SEPARATOR
"""The first record of every connection, ours."""

PING = b'{"type":6}' + RECORD_SEPARATOR
"""Says that we are alive; nobody answers it."""

CLOSE = b'{"type":7}' + RECORD_SEPARATOR
"""Says that we end the connection."""

_encoder = msgspec.json.Encoder()


class HandshakeAccepted(msgspec.Struct, frozen=True):
    """The server speaks our protocol; other messages may follow."""


class HandshakeRefused(msgspec.Struct, frozen=True):
    """The server refused the handshake, or what it sent first is no answer to one."""

    error: str


class Invocation(msgspec.Struct, frozen=True, gc=False):
    """A call of one of our methods, i.e. an event: its arguments are undecoded JSON."""

    target: str
    arguments: tuple[msgspec.Raw, ...]


class Completion(msgspec.Struct, frozen=True, gc=False):
    """The answer to one of our calls: it failed if `error` is not None."""

    invocation_id: str
    error: str | None


class Ping(msgspec.Struct, frozen=True, gc=False):
    """The server is alive."""


class Close(msgspec.Struct, frozen=True, gc=False):
    """The server ends the connection; `allow_reconnect` invites the client back."""

    error: str | None
    allow_reconnect: bool


class BadRecord(msgspec.Struct, frozen=True, gc=False):
    """A record that is no message: skipped. `raw` is its text, cut to 2,000 characters."""

    problem: str
    raw: str


HubMessage = (
    HandshakeAccepted | HandshakeRefused | Invocation | Completion | Ping | Close | BadRecord
)


def encode_invocation(invocation_id: str, target: str, arguments: Sequence[int | str]) -> bytes:
    """Write a call that must be answered by a Completion with the same id.

    Account ids must be given as int: the gateway refuses them as text (observed).
    """
    message = {
        "type": 1,
        "target": target,
        "arguments": arguments,
        "invocationId": invocation_id,
    }
    return _encoder.encode(message) + RECORD_SEPARATOR
