"""The baseline: one thread, event in on one socket, one write of the request on another.

It is what nothing can be faster than in Python: no protocol, no engine, no second thread. Runs in
a process of its own, as the daemon does:

    python -m benchmarks.baseline PORT EVENT_BYTES REQUEST_BYTES [--authority FILE]
"""

import argparse
import socket
import ssl

from benchmarks.gateway import EVENTS, REQUESTS


def connect(port: int, authority: str | None) -> socket.socket:
    """Open a connection to the gateway, over TLS when an authority is given."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if authority is None:
        return sock
    context = ssl.create_default_context(cafile=authority)
    return context.wrap_socket(sock, server_hostname="127.0.0.1")


def main() -> None:
    """Answer each event with a request until the gateway ends the connection."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("event_bytes", type=int)
    parser.add_argument("request_bytes", type=int)
    parser.add_argument("--authority")
    options = parser.parse_args()
    events = connect(options.port, options.authority)
    events.sendall(EVENTS)
    requests = connect(options.port, options.authority)
    requests.sendall(REQUESTS)
    request, event_bytes = b"x" * options.request_bytes, options.event_bytes
    waiting = 0
    while data := events.recv(65_536):
        waiting += len(data)
        if waiting >= event_bytes:
            waiting -= event_bytes
            requests.sendall(request)


if __name__ == "__main__":
    main()
