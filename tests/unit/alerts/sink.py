"""A service on loopback: it takes what is sent, or refuses, or never answers."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.integration.world.waiting import wait_until


class Sink:
    """`status` is what it answers; while `hang` is set it does not answer at all."""

    def __init__(self) -> None:
        self.received: list[tuple[str, Any]] = []
        self.calls: list[float] = []
        self.status = 200
        self.hang = threading.Event()
        self.released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def url(self, path: str = "hook", scheme: str = "json") -> str:
        """The address of a channel, or with scheme http of the heartbeat."""
        return f"{scheme}://127.0.0.1:{self.port}/{path}"

    @property
    def texts(self) -> list[str]:
        """The texts that were taken, in order."""
        return [str(body.get("message", body)) for _, body in self.received]

    def wait(self, part: str, within: float = 15) -> str:
        """Wait for a text with this part."""

        def found() -> str | None:
            return next((text for text in self.texts if part in text), None)

        return wait_until(found, within, f"{part!r} in {self.texts}")

    def wait_calls(self, number: int, within: float = 15) -> None:
        """Wait for so many requests, answered or not."""
        wait_until(lambda: len(self.calls) >= number, within, f"{number} calls")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sink.calls.append(time.monotonic())
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if sink.hang.is_set():
                    sink.released.wait(60)
                    return
                if sink.status == 200:
                    sink.received.append((self.path, _content(raw)))
                self.send_response(sink.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST  # noqa: N815 - the base names them so

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _content(raw: bytes) -> Any:
    try:
        value = json.loads(raw)
    except ValueError:
        return {"message": raw.decode(errors="replace")}
    return value if isinstance(value, dict) else {"message": str(value)}
