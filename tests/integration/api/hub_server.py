"""A hub server that does wrong on purpose: each connection follows a script, byte by byte.

It shares no code with the client: frames are written and read here by hand.
"""

import base64
import contextlib
import hashlib
import json
import os
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any, Self

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class Gone(Exception):  # noqa: N818 - the client went, which is no error here
    """The client closed the connection."""


class Peer:
    """One accepted connection, as the server sees it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.path = ""
        self.calls: list[tuple[str, list[Any]]] = []
        self.pings = 0
        self.pongs: list[bytes] = []

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            try:
                part = self.connection.recv(size - len(data))
            except OSError:
                raise Gone from None
            if not part:
                raise Gone
            data += part
        return data

    def raw(self, data: bytes) -> None:
        self.connection.sendall(data)

    def read_upgrade(self) -> str:
        """Read the HTTP request and return the client's WebSocket key."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.read(1)
        lines = head.decode().split("\r\n")
        self.path = lines[0].split(" ")[1]
        headers = dict(line.split(": ", 1) for line in lines[1:] if line)
        return headers["Sec-WebSocket-Key"]

    def upgrade(self) -> None:
        digest = hashlib.sha1((self.read_upgrade() + GUID).encode()).digest()
        self.raw(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )

    def refuse(self, status: int) -> None:
        self.read_upgrade()
        self.raw(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())

    def frame(self, data: bytes, opcode: int = TEXT, *, final: bool = True) -> bytes:
        size = len(data)
        length = bytes([size]) if size < 126 else b"\x7e" + struct.pack("!H", size)
        if size > 65_535:
            length = b"\x7f" + struct.pack("!Q", size)
        return bytes([opcode | (0x80 if final else 0)]) + length + data

    def send(self, *messages: Any) -> None:
        records = b"".join(json.dumps(message).encode() + b"\x1e" for message in messages)
        self.raw(self.frame(records))

    def read_frame(self) -> tuple[int, bytes]:
        first, second = self.read(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self.read(2))
        mask = self.read(4)
        data = bytes(b ^ mask[i % 4] for i, b in enumerate(self.read(size)))
        return first & 0x0F, data

    def read_messages(self) -> list[Any]:
        """Return the hub messages of the next text frame; note pongs on the way."""
        while True:
            opcode, data = self.read_frame()
            if opcode == TEXT:
                return [json.loads(each) for each in data.split(b"\x1e") if each]
            if opcode == PONG:
                self.pongs.append(data)
            if opcode == CLOSE:
                raise Gone

    def open(self, *with_the_answer: Any) -> None:
        """Upgrade and shake hands."""
        self.upgrade()
        assert self.read_messages() == [{"protocol": "json", "version": 1}]
        self.send({}, *with_the_answer)

    def take(self) -> Any:
        """Read one message; answer it if it is a call. Return it."""
        (message,) = self.read_messages()
        if message["type"] == 1:
            self.calls.append((message["target"], message["arguments"]))
            self.send({"type": 3, "invocationId": message["invocationId"], "result": 0})
        if message["type"] == 6:
            self.pings += 1
        return message

    def take_calls(self, count: int) -> None:
        for _ in range(count):
            self.take()

    def reset(self) -> None:
        """Cut the connection with a TCP reset."""
        linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


Script = Callable[[Peer], None]


def behave(peer: Peer) -> None:
    """Be a good hub until the client goes."""
    peer.open()
    while True:
        peer.take()


def stay_silent(peer: Peer) -> None:
    """Read and answer nothing until the client goes."""
    while True:
        peer.read(1)


class HubServer:
    """Listens on loopback; the n-th connection follows the n-th script, later ones the last."""

    def __init__(self, *scripts: Script, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.scripts = scripts
        self.peers: list[Peer] = []
        self.faults: list[BaseException] = []
        self._tls = tls
        self._is_closing = False
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.port}/hubs/x"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_closing = True
        socket.create_connection(("127.0.0.1", self.port)).close()  # ends the accept everywhere
        self._threads[0].join(5)
        self._listener.close()
        for peer in self.peers:
            with contextlib.suppress(OSError):
                peer.connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        assert self.faults == []

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._is_closing:
                connection.close()
                return
            script = self.scripts[min(len(self.peers), len(self.scripts) - 1)]
            peer = Peer(connection)
            self.peers.append(peer)
            thread = threading.Thread(target=self._serve, args=(peer, script), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: Peer, script: Script) -> None:
        try:
            if self._tls is not None:
                peer.connection = self._tls.wrap_socket(peer.connection, server_side=True)
            script(peer)
        except (Gone, ConnectionError, ssl.SSLError):
            pass  # how a client leaves is its own affair
        except BaseException as fault:  # noqa: BLE001 - shown to the test, which fails
            self.faults.append(fault)
        finally:
            peer.connection.close()
