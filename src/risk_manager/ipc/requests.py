"""One request to the endpoint: who may ask, which routes there are, and how an answer looks."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl

from risk_manager.ipc.access import names_us, right_of
from risk_manager.ipc.bounded import BoundedReader, RequestTooLargeError, json_body
from risk_manager.ipc.contract import (
    AGE_HEADER,
    CLOCK_PATH,
    COMMAND_PATH,
    HISTORY_PATH,
    INSTANCE_HEADER,
    STATUS_PATH,
    STREAM_PATH,
)
from risk_manager.ipc.trader_desk import RefusedError, TraderDesk

if TYPE_CHECKING:
    from risk_manager.ipc.endpoint import EndpointServer

_STREAM_EVERY_S = 1.0
_IDLE_TIMEOUT_S = 5.0
"""A connection that asks nothing for so long gives its place to another."""
_MAX_FIELDS = 8
_LOG = logging.getLogger(__name__)


class StatusRequestHandler(BaseHTTPRequestHandler):
    """Answers the routes of holders of a token, and nothing else.

    `disable_nagle_algorithm` and the write buffer keep an answer in one packet: without them
    Nagle's algorithm and the delayed acknowledgement cost 44 ms per request (measured).
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    timeout = _IDLE_TIMEOUT_S
    server_version = "RiskManager"
    sys_version = ""

    def setup(self) -> None:
        """Put the bounded reader between the socket and the parser."""
        super().setup()
        self._reader = BoundedReader(self.rfile)
        self.rfile = self._reader

    def handle_one_request(self) -> None:
        """Handle one request; one that is too large ends the connection."""
        self._reader.renew()
        try:
            super().handle_one_request()
        except RequestTooLargeError:
            self.close_connection = True
            self.wfile.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
                b"Content-Length: 0\r\nConnection: close\r\n\r\n"
            )
            self.wfile.flush()
        except (ConnectionError, BrokenPipeError):
            self.close_connection = True

    def do_GET(self) -> None:
        """Answer what is asked; such a request carries no body."""
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._refuse(413, "requests carry no body")
        elif self._is_admitted():
            self._route(
                {
                    STATUS_PATH: self._answer_status,
                    STREAM_PATH: self._answer_stream,
                    HISTORY_PATH: self._answer_history,
                }
            )

    def do_POST(self) -> None:
        """Take a clock-in or clock-out, or an administrator's command."""
        self._body = json_body(self._reader, self.headers, self.connection)
        if self._body is None:
            self.close_connection = True
            self._refuse(413, "the body must be a small JSON object with its Content-Length")
        elif self._is_admitted():
            self._route({CLOCK_PATH: self._answer_clock, COMMAND_PATH: self._answer_command})

    def _is_admitted(self) -> bool:
        """Refuse a foreign Host and a missing token; returns whether the request may go on."""
        if not names_us(self.headers, self._endpoint.info.port):
            self._refuse(421, "unknown Host header")
        elif right_of(self.headers, self._endpoint.tokens) is None:
            self._refuse(401, "missing or wrong token")
        else:
            return True
        return False

    def _route(self, routes: Mapping[str, Callable[[], None]]) -> None:
        path, _, self._query = self.path.partition("?")
        route = routes.get(path)
        if route is None:
            self._refuse(404, "no such path")
            return
        try:
            route()
        except RefusedError as refused:
            self._refuse(refused.code, str(refused))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Write the access line to the log instead of stderr."""
        _LOG.debug("endpoint: " + format, *args)

    @property
    def _endpoint(self) -> EndpointServer:
        return cast("EndpointServer", self.server)

    def _answer_command(self) -> None:
        """Hand an administrator's request over: the read token is not enough."""
        desk = self._endpoint.commands
        if right_of(self.headers, self._endpoint.tokens) != "admin":
            raise RefusedError(403, "this needs the administrator's token")
        if desk is None:
            raise RefusedError(503, "the daemon is starting")
        self._send(200, desk(self._body or {}))

    def _answer_status(self) -> None:
        board = self._endpoint.board
        status = board.latest()
        if status is None:
            self._refuse(503, "the daemon has not published a status yet")
            return
        self._head(200, {AGE_HEADER: str(round(board.age_s(status) * 1000))}, len(status.body))
        self.wfile.write(status.body)

    def _answer_stream(self) -> None:
        """Send a line per publication, and at least one each second, until either side ends.

        A line is `{"sequence":…,"age_ms":…,"status":{…}}`; status is null before the first.
        """
        self.close_connection = True
        self._head(200, {"Cache-Control": "no-store"}, None)
        board = self._endpoint.board
        status = board.latest()
        while not board.closed:
            if status is None:
                line = b'{"sequence":0,"age_ms":0,"status":null}\n'
            else:
                age_ms = round(board.age_s(status) * 1000)
                head = f'{{"sequence":{status.sequence},"age_ms":{age_ms},"status":'
                line = head.encode() + status.body + b"}\n"
            self.wfile.write(line)
            self.wfile.flush()
            status = board.wait_newer(status.sequence if status else 0, _STREAM_EVERY_S)

    def _answer_history(self) -> None:
        try:
            asked = dict(parse_qsl(self._query, max_num_fields=_MAX_FIELDS))
        except ValueError as error:
            raise RefusedError(400, str(error)) from error
        self._send(200, self._desk.history(asked))

    def _answer_clock(self) -> None:
        self._send(200, self._desk.clock(self._body or {}))

    @property
    def _desk(self) -> TraderDesk:
        desk = self._endpoint.desk
        if desk is None:
            raise RefusedError(503, "nothing is recorded here")
        return desk

    def _refuse(self, code: int, error: str) -> None:
        self._send(code, {"ok": False, "error": error})

    def _send(self, code: int, answer: Mapping[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self._head(code, {}, len(body))
        self.wfile.write(body)

    def _head(self, code: int, extra: dict[str, str], length: int | None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header(INSTANCE_HEADER, self._endpoint.info.instance)
        for name, value in extra.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
