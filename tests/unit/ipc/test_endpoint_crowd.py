"""The endpoint under connections that take all its places."""

import socket
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

from risk_manager.ipc.client import EndpointClient, NotRunningError
from risk_manager.ipc.endpoint import LocalEndpoint
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.utils.clock import MachineClock
from tests.support.threads import no_crash


def answers(folder: Path) -> bool:
    """Whether the endpoint tells its status now."""
    with suppress(NotRunningError):
        return EndpointClient.find([folder]).get_status() is not None
    return False


def test_silent_connections_give_their_places_back(tmp_path: Path) -> None:
    """Somebody without a token who only connects keeps the tools out for seconds only."""
    clock = MachineClock()
    board = StatusBoard(clock.mono)
    board.publish(b"{}")
    started = datetime(2026, 3, 9, 14, tzinfo=UTC)
    with ExitStack() as stack:
        daemon = LocalEndpoint(tmp_path, board, started_at=started, version="1", on_crash=no_crash)
        info = daemon.start()
        stack.callback(daemon.stop)
        for _ in range(64):
            stack.enter_context(socket.create_connection(("127.0.0.1", info.port)))
        begun = clock.mono()
        while not answers(tmp_path):
            assert clock.mono() - begun < 20
