"""The benchmark gateway: one thread, raw sockets, one clock for what leaves and what arrives.

It speaks enough of the gateway's protocol for the real daemon, over TLS or not. A connection that
begins with EVENTS or REQUESTS belongs to the baseline instead. Runs in a process of its own:

    python -m benchmarks.gateway [--certificate FILE]
"""

import argparse
import json
import select
import socket
import ssl
import sys
import time
from email.utils import formatdate
from typing import NamedTuple

from benchmarks import framing
from benchmarks.book import Book

PING_EVERY_NS = 10_000_000_000
EVENTS, REQUESTS, HTTP, HUB = b"EVENTS\n", b"REQUESTS\n", "http", "hub"


class Arrival(NamedTuple):
    """A request as it came in; `at_ns` is the instant its last byte was read."""

    at_ns: int
    path: str
    body: bytes
    size: int


class Peer:
    """One connection: its socket, what it is, and what was read but not yet understood."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.kind: str | bytes = ""
        self.path = ""
        self.buffer = bytearray()
        self.accepted_ns = time.perf_counter_ns()

    def receive(self) -> bool:
        """Read what is there; False when the connection has ended."""
        try:
            data = self.sock.recv(65_536)
            while data and isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
                data += self.sock.recv(65_536)
        except OSError:
            return False
        self.buffer += data
        return bool(data)


class Gateway:
    """Accepts, reads, answers; `poll` does one turn and returns the requests that arrived."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self.book = Book()
        self.peers: dict[socket.socket, Peer] = {}
        self.accepted = 0
        self.request_bytes = 0
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._next_ping_ns = 0

    def find(self, kind: str | bytes, path: str = "") -> Peer:
        """Return the newest connection of a kind (and path); raise LookupError without one."""
        found = [p for p in self.peers.values() if p.kind == kind and p.path.endswith(path)]
        if not found:
            raise LookupError(f"nobody is connected as {kind!r} {path}")
        return max(found, key=lambda peer: peer.accepted_ns)

    def poll(self, timeout_s: float, *extra: socket.socket) -> list[Arrival]:
        """Wait for input, at most `timeout_s`, and handle it. `extra` sockets only end the wait."""
        ready, _, _ = select.select([self._listener, *self.peers, *extra], [], [], timeout_s)
        read = []
        for sock in ready:  # all are read, and their instants taken, before any is answered
            if peer := self.peers.get(sock):
                is_open = peer.receive()
                read.append((peer, is_open, time.perf_counter_ns()))
        arrivals = []
        for peer, is_open, at_ns in read:
            arrivals += self._understand(peer, at_ns)
            if not is_open:
                self._drop(peer)
        if self._listener in ready:
            self._accept()
        self._ping()
        return arrivals

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is not None:
            try:
                sock = self._context.wrap_socket(sock, server_side=True)
            except OSError as error:
                print(f"TLS handshake failed: {error}", file=sys.stderr)
                return
        self.accepted += 1
        self.peers[sock] = Peer(sock)

    def _drop(self, peer: Peer) -> None:
        self.peers.pop(peer.sock, None)
        peer.sock.close()

    def _understand(self, peer: Peer, at_ns: int) -> list[Arrival]:
        if not peer.kind:
            self._recognise(peer)
        if peer.kind == REQUESTS:
            count, rest = divmod(len(peer.buffer), self.request_bytes or sys.maxsize)
            del peer.buffer[: len(peer.buffer) - rest]
            return [Arrival(at_ns, "baseline", b"", self.request_bytes)] * count
        arrivals = []
        if peer.kind == HTTP:
            before = len(peer.buffer)
            while request := framing.take_request(peer.buffer):
                size, before = before - len(peer.buffer), len(peer.buffer)
                arrivals.append(Arrival(at_ns, request.path, request.body, size))
                self._answer(peer, request)
        while peer.kind == HUB and (message := framing.take_frame(peer.buffer)):
            self._hub_message(peer, *message)
        return arrivals

    def _recognise(self, peer: Peer) -> None:
        for greeting in (EVENTS, REQUESTS):
            if peer.buffer.startswith(greeting):
                peer.kind = greeting
                del peer.buffer[: len(greeting)]
                return
        if len(peer.buffer) >= len(REQUESTS):
            peer.kind = HTTP

    def _answer(self, peer: Peer, request: framing.HttpRequest) -> None:
        if key := request.headers.get("sec-websocket-key"):
            peer.kind, peer.path = HUB, request.path
            peer.sock.sendall(framing.upgrade(key))
            return
        body = self.book.answer(request.path, request.body)
        peer.sock.sendall(framing.response(body, formatdate(usegmt=True)))

    def _hub_message(self, peer: Peer, opcode: int, payload: bytes) -> None:
        if opcode == framing.TEXT:
            for answer in framing.hub_answers(payload):
                peer.sock.sendall(answer)
        elif opcode == framing.PING:
            peer.sock.sendall(framing.frame(framing.PONG, payload))

    def _ping(self) -> None:
        now = time.perf_counter_ns()
        if now < self._next_ping_ns:
            return
        self._next_ping_ns = now + PING_EVERY_NS
        for peer in self.peers.values():
            if peer.kind == HUB:
                peer.sock.sendall(framing.frame(framing.TEXT, b'{"type":6}' + framing.RECORD_END))


def main() -> None:
    """Serve until the control connection ends; its first line names the two ports."""
    from benchmarks.trials import Trials  # noqa: PLC0415 - trials are written on top of this module

    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", help="PEM file with key and chain; without it no TLS")
    arguments = parser.parse_args()
    context = None
    if arguments.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(arguments.certificate)
    gateway = Gateway(context)
    control = socket.create_server(("127.0.0.1", 0))
    ports = {"port": gateway.port, "control_port": control.getsockname()[1]}
    print(json.dumps(ports), flush=True)
    connection, _ = control.accept()
    Trials(gateway).serve(connection)


if __name__ == "__main__":
    main()
