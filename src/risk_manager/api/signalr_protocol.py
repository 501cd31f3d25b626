"""The SignalR hub protocol without I/O: bytes in, messages out.

One `HubProtocol` reads one connection. Records end with the byte 0x1E and have nothing to do with
WebSocket frames: a frame may hold several records or a part of one, even a part of a character.
Nothing the server sends makes `feed` raise.
"""

from __future__ import annotations

import msgspec

from risk_manager.api.signalr_messages import (
    RECORD_SEPARATOR,
    BadRecord,
    Close,
    Completion,
    HandshakeAccepted,
    HandshakeRefused,
    HubMessage,
    Invocation,
    Ping,
)

MAX_RECORD_BYTES = 16 * 1024 * 1024
"""Longest record we take; a longer one is skipped up to its separator."""

RAW_TEXT_LIMIT = 2_000
"""Characters of a bad record that are kept."""

_NO_RAW = msgspec.Raw(b"")
_PING = Ping()
_KNOWN_TYPES = frozenset({1, 3, 6, 7})


class _Envelope(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    """The members we use of any message; members we do not know are skipped."""

    type: int
    target: str | None = None
    arguments: list[msgspec.Raw] | None = None
    invocation_id: str | None = None
    error: str | None = None
    allow_reconnect: bool | None = None


class _LooseEnvelope(msgspec.Struct, frozen=True, gc=False):
    """The same for a message whose members are not of the usual types."""

    type: int
    target: msgspec.Raw = _NO_RAW
    arguments: msgspec.Raw = _NO_RAW


class _HandshakeAnswer(msgspec.Struct, frozen=True):
    error: str | None = None
    type: int | None = None


_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_loose = msgspec.json.Decoder(_LooseEnvelope).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_handshake = msgspec.json.Decoder(_HandshakeAnswer).decode

# Nesting deeper than the interpreter's stack is the one decoding error that is no ValueError.
_UNREADABLE = (ValueError, RecursionError)


class HubProtocol:
    """The reading side of one connection: cuts the stream into records and decodes each.

    `bad_records` counts the records that were skipped.
    """

    def __init__(self, *, max_record_bytes: int = MAX_RECORD_BYTES) -> None:
        self.bad_records = 0
        self._max_record_bytes = max_record_bytes
        self._tail = bytearray()
        self._handshaken = False
        self._skipping = False

    def feed(self, data: bytes | str) -> list[HubMessage]:
        """Take the next part of the stream and return the messages that are complete with it.

        The first message is always HandshakeAccepted or HandshakeRefused. How the stream is cut
        into parts never changes the messages.
        """
        if isinstance(data, str):
            data = data.encode()
        *complete, rest = data.split(RECORD_SEPARATOR)
        messages: list[HubMessage] = []
        for part in complete:
            self._end_record(part, messages)
        if rest and not self._skipping:
            self._tail += rest
            if len(self._tail) > self._max_record_bytes:
                messages.append(self._too_long(bytes(self._tail)))
                self._tail.clear()
                self._skipping = True
        return messages

    def _end_record(self, part: bytes, messages: list[HubMessage]) -> None:
        if self._skipping:
            self._skipping = False
            return
        record = part
        if self._tail:
            record = bytes(self._tail) + part
            self._tail.clear()
        if len(record) > self._max_record_bytes:
            messages.append(self._too_long(record))
            return
        message = self._decode(record) if self._handshaken else self._decode_first(record)
        if message is not None:
            messages.append(message)

    def _decode_first(self, record: bytes) -> HubMessage:
        self._handshaken = True
        try:
            answer = _decode_handshake(record)
        except _UNREADABLE:
            return HandshakeRefused(f"not a handshake answer: {_text(record)}")
        if answer.error is not None:
            return HandshakeRefused(answer.error)
        if answer.type is not None:
            return HandshakeRefused(f"not a handshake answer: {_text(record)}")
        return HandshakeAccepted()

    def _decode(self, record: bytes) -> HubMessage | None:
        try:
            envelope = _decode_envelope(record)
        except _UNREADABLE as problem:
            return self._decode_loosely(record, str(problem))
        kind = envelope.type
        if kind == 1:
            if envelope.target is None:
                return self._bad(record, "invocation without target")
            return Invocation(envelope.target, tuple(envelope.arguments or ()))
        if kind == 6:
            return _PING
        if kind == 3:
            if envelope.invocation_id is None:
                return self._bad(record, "completion without invocationId")
            return Completion(envelope.invocation_id, envelope.error)
        if kind == 7:
            return Close(envelope.error, bool(envelope.allow_reconnect))
        return None

    def _decode_loosely(self, record: bytes, problem: str) -> HubMessage | None:
        """Save what can be saved: `arguments` that are no list count as the one argument.

        What a logout brings along is unknown, and its name alone matters.
        """
        try:
            loose = _decode_loose(record)
        except _UNREADABLE:
            return self._bad(record, problem)
        if loose.type not in _KNOWN_TYPES:
            return None
        if loose.type != 1 or _is_list(loose.arguments):
            return self._bad(record, problem)
        try:
            target = _decode_text(loose.target)
        except _UNREADABLE:
            return self._bad(record, problem)
        return Invocation(target, (loose.arguments,))

    def _too_long(self, record: bytes) -> HubMessage:
        problem = f"record longer than {self._max_record_bytes} bytes"
        if not self._handshaken:
            self._handshaken = True
            return HandshakeRefused(problem)
        return self._bad(record[: self._max_record_bytes], problem)

    def _bad(self, record: bytes, problem: str) -> BadRecord:
        self.bad_records += 1
        return BadRecord(problem, _text(record))


def _is_list(raw: msgspec.Raw) -> bool:
    return bytes(raw)[:1] in {b"[", b""}


def _text(record: bytes) -> str:
    """Return the start of a record as text; a character has at most four bytes."""
    return record[: 4 * RAW_TEXT_LIMIT].decode(errors="replace")[:RAW_TEXT_LIMIT]
