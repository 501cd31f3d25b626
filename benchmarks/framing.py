"""The little of HTTP/1.1, WebSocket and the hub protocol that the benchmark gateway speaks.

Pure: bytes in, requests or messages out. It is written for speed and for one well-behaved client;
the simulated gateway of the product is the one to test correctness against.
"""

import base64
import hashlib
import json
import struct
from typing import NamedTuple

RECORD_END = b"\x1e"
_ACCEPT_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class HttpRequest(NamedTuple):
    """A complete request: path without the query, headers with lower-case names, body."""

    path: str
    headers: dict[str, str]
    body: bytes


def take_request(buffer: bytearray) -> HttpRequest | None:
    """Remove the first complete request from `buffer`; None until it is there."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return None
    lines = buffer[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    length = int(headers.get("content-length", "0"))
    if len(buffer) < end + 4 + length:
        return None
    body = bytes(buffer[end + 4 : end + 4 + length])
    del buffer[: end + 4 + length]
    return HttpRequest(lines[0].split(" ")[1].partition("?")[0], headers, body)


def response(body: bytes, date: str) -> bytes:
    """Return a 200 answer with a JSON body; `date` is the value of the Date header."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nDate: {date}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("latin-1") + body


def upgrade(key: str) -> bytes:
    """Return the answer that makes a connection a WebSocket."""
    # SHA-1 is what RFC 6455 asks for; it protects nothing.
    digest = hashlib.sha1(key.encode("latin-1") + _ACCEPT_GUID, usedforsecurity=False).digest()
    head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return f"{head}Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}\r\n\r\n".encode()


def frame(opcode: int, payload: bytes) -> bytes:
    """Return one unmasked WebSocket frame (a server's frames are not masked)."""
    if len(payload) < 126:
        return struct.pack("!BB", 0x80 | opcode, len(payload)) + payload
    if len(payload) < 65_536:
        return struct.pack("!BBH", 0x80 | opcode, 126, len(payload)) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, len(payload)) + payload


def take_frame(buffer: bytearray) -> tuple[int, bytes] | None:
    """Remove the first complete client frame; return (opcode, payload) or None."""
    if len(buffer) < 6:
        return None
    length, start = buffer[1] & 0x7F, 2
    if length == 126:
        length, start = int.from_bytes(buffer[2:4], "big"), 4
    elif length == 127:
        length, start = int.from_bytes(buffer[2:10], "big"), 10
    end = start + 4 + length
    if len(buffer) < end:
        return None
    mask = bytes(buffer[start : start + 4])
    payload = bytes(b ^ mask[i % 4] for i, b in enumerate(buffer[start + 4 : end]))
    opcode = buffer[0] & 0x0F
    del buffer[:end]
    return opcode, payload


def invocation(target: str, *arguments: object) -> bytes:
    """Return a hub message in its frame, ready to send."""
    message = {"type": 1, "target": target, "arguments": arguments}
    return frame(TEXT, json.dumps(message, separators=(",", ":")).encode() + RECORD_END)


def hub_answers(payload: bytes) -> list[bytes]:
    """Return the frames that answer a client's hub records: handshake and completions."""
    answers = []
    for record in filter(None, payload.split(RECORD_END)):
        message = json.loads(record)
        if "protocol" in message:
            answers.append(frame(TEXT, b"{}" + RECORD_END))
        elif message.get("type") == 1 and "invocationId" in message:
            done = {"type": 3, "invocationId": message["invocationId"], "result": 0}
            answers.append(frame(TEXT, json.dumps(done).encode() + RECORD_END))
    return answers
