"""The daemon's local endpoint: the published status over HTTP on 127.0.0.1.

It reads the status board and asks the trader's desk; it cannot reach the engine. Who may ask and
how an answer looks is in `requests.py`, how the tools find the port in `run_folder.py`.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from risk_manager.domain.errors import AlreadyRunningError
from risk_manager.ipc.client import EndpointClient, NotRunningError
from risk_manager.ipc.requests import StatusRequestHandler
from risk_manager.ipc.run_folder import EndpointInfo, Tokens, announce, new_tokens, withdraw
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.ipc.trader_desk import TraderDesk
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.watched_thread import OnCrash, watched_thread

Commands = Callable[[dict[str, Any]], dict[str, Any]]
"""Carries out an administrator's request and returns the answer."""

_LOOPBACK = "127.0.0.1"
_MAX_CONNECTIONS = 32


class EndpointServer(ThreadingHTTPServer):
    """The HTTP server: one thread per connection, at most 32 at a time."""

    daemon_threads = True
    allow_reuse_address = False

    def __init__(
        self, board: StatusBoard, desk: TraderDesk | None, *, started_at: datetime, version: str
    ) -> None:
        self.board = board
        self.desk = desk
        self.commands: Commands | None = None
        self.tokens: Tokens = new_tokens()
        self._slots = threading.BoundedSemaphore(_MAX_CONNECTIONS)
        super().__init__((_LOOPBACK, 0), StatusRequestHandler)
        self.info = EndpointInfo(
            port=int(self.server_address[1]),
            pid=os.getpid(),
            started_at=format_instant(started_at),
            version=version,
        )

    def server_bind(self) -> None:
        """Bind; on Windows nobody else may bind the same port over ours.

        The base class would also ask the name service for a host name, which can take seconds.
        """
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = _LOOPBACK, int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for the connection, or drop it when all slots are taken."""
        if self._slots.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection in its own thread and free its slot."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._slots.release()


class LocalEndpoint:
    """Starts and stops the endpoint and its files in the run folder.

    `started_at` is the daemon's start, aware UTC; `version` the product's; `on_crash` hears of an
    error that ends the listening thread. Without a `desk` only the status is told.
    """

    def __init__(
        self,
        run_folder: Path,
        board: StatusBoard,
        *,
        started_at: datetime,
        version: str,
        on_crash: OnCrash,
        desk: TraderDesk | None = None,
    ) -> None:
        self._folder = run_folder
        self._board = board
        self._started_at = started_at
        self._version = version
        self._on_crash = on_crash
        self._desk = desk
        self._server: EndpointServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> EndpointInfo:
        """Listen on a free port and write the run folder's files.

        Raises AlreadyRunningError when another daemon answers from this run folder, OSError
        when the folder cannot be written.
        """
        self._refuse_second_daemon()
        server = EndpointServer(
            self._board, self._desk, started_at=self._started_at, version=self._version
        )
        try:
            announce(self._folder, server.info, server.tokens)
        except OSError:
            server.server_close()
            raise
        thread = watched_thread("endpoint", lambda: server.serve_forever(0.1), self._on_crash)
        thread.start()
        self._server, self._thread = server, thread
        return server.info

    def serve_commands(self, commands: Commands) -> None:
        """Take administrators' commands from now on; called in several threads."""
        if self._server is not None:
            self._server.commands = commands

    def stop(self) -> None:
        """Remove the files, end open streams and stop listening. A second call does nothing."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._server = self._thread = None
        withdraw(self._folder, server.info)
        self._board.close()
        server.shutdown()
        thread.join()
        server.server_close()

    def _refuse_second_daemon(self) -> None:
        try:
            other = EndpointClient.find([self._folder])
        except NotRunningError:
            return
        raise AlreadyRunningError(
            f"another daemon (process {other.info.pid}) already uses the folder {self._folder}"
        )
