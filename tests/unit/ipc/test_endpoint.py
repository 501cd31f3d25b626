"""The endpoint over real sockets: who may ask, what they get, and how fast."""

import http.client
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from risk_manager.domain.errors import AlreadyRunningError
from risk_manager.ipc.client import EndpointClient, NotRunningError
from risk_manager.ipc.endpoint import LocalEndpoint
from risk_manager.ipc.run_folder import EndpointInfo, Tokens, announce, read_endpoint, read_token
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.utils.clock import MachineClock
from tests.support.threads import no_crash

STARTED = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)


@pytest.fixture
def board() -> StatusBoard:
    return StatusBoard(MachineClock().mono)


@pytest.fixture
def endpoint(tmp_path: Path, board: StatusBoard) -> Iterator[EndpointInfo]:
    daemon = LocalEndpoint(tmp_path, board, started_at=STARTED, version="9.9.9", on_crash=no_crash)
    yield daemon.start()
    daemon.stop()


def ask(
    info: EndpointInfo, path: str = "/status", method: str = "GET", **headers: str
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", info.port, timeout=5)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    answer = response.status, response.read()
    connection.close()
    return answer


def bearer(folder: Path) -> str:
    return f"Bearer {read_token(folder)}"


def test_a_reader_gets_the_published_bytes(tmp_path, board, endpoint) -> None:
    board.publish(b'{"status":"MONITORED"}')
    reading = EndpointClient.find([tmp_path]).get_status()
    assert reading is not None
    assert reading.status == {"status": "MONITORED"}
    assert 0 <= reading.age_s < 5


def test_before_the_first_publication_there_is_a_daemon_but_no_status(tmp_path, endpoint) -> None:
    assert EndpointClient.find([tmp_path]).get_status() is None


@pytest.mark.parametrize("token", [None, "Bearer ", "Bearer wrong", "Basic {}", "Bearer \xe9"])
def test_without_the_token_nothing_is_told(tmp_path, board, endpoint, token) -> None:
    board.publish(b'{"secret":1}')
    given = token.format(read_token(tmp_path)) if token else None
    status, body = ask(endpoint, **({"Authorization": given} if given else {}))
    assert status == 401
    assert b"secret" not in body


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "localhost", ""])
def test_a_foreign_host_header_is_refused(tmp_path, endpoint, host) -> None:
    assert ask(endpoint, Host=host, Authorization=bearer(tmp_path))[0] == 421


def test_localhost_with_our_port_is_accepted(tmp_path, board, endpoint) -> None:
    board.publish(b"{}")
    host = f"localhost:{endpoint.port}"
    assert ask(endpoint, Host=host, Authorization=bearer(tmp_path)) == (200, b"{}")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_get_and_post_are_known(tmp_path, endpoint, method) -> None:
    assert ask(endpoint, method=method, Authorization=bearer(tmp_path))[0] == 501


def test_other_paths_are_not_found(tmp_path, endpoint) -> None:
    assert ask(endpoint, "/admin", Authorization=bearer(tmp_path))[0] == 404


def test_a_request_with_a_body_is_refused(tmp_path, endpoint) -> None:
    headers = {"Authorization": bearer(tmp_path), "Content-Length": "9"}
    assert ask(endpoint, **headers)[0] == 413


@pytest.mark.parametrize(
    "flood",
    [b"GET /" + b"a" * 20_000, b"GET /status HTTP/1.1\r\n" + b"X: y\r\n" * 4000],
    ids=["one long line", "many headers"],
)
def test_an_oversized_request_is_cut_off(endpoint, flood) -> None:
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=5) as connection:
        connection.sendall(flood[: 16 * 1024 + 1])
        assert connection.recv(100).startswith(b"HTTP/1.1 431 ")


def test_no_answer_invites_other_origins(tmp_path, board, endpoint) -> None:
    board.publish(b"{}")
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=5)
    connection.request("GET", "/status", headers={"Authorization": bearer(tmp_path)})
    names = [name.lower() for name, _ in connection.getresponse().getheaders()]
    connection.close()
    assert not [name for name in names if name.startswith("access-control")]


def test_keep_alive_answers_do_not_wait_for_acknowledgements(tmp_path, board, endpoint) -> None:
    board.publish(b"{}")
    clock, taken = MachineClock(), []
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=5)
    for _ in range(9):
        begun = clock.mono()
        connection.request("GET", "/status", headers={"Authorization": bearer(tmp_path)})
        connection.getresponse().read()
        taken.append(clock.mono() - begun)
    connection.close()
    assert sorted(taken)[4] < 0.030  # with Nagle's algorithm the median is 44 ms


def test_the_stream_sends_each_publication_at_once(tmp_path, board, endpoint) -> None:
    stream = EndpointClient.find([tmp_path]).stream()
    assert next(stream) is None
    for number in range(3):
        board.publish(json.dumps({"number": number}).encode())
        reading = next(stream)
        assert reading is not None
        assert reading.status == {"number": number}


def test_the_stream_repeats_an_old_status_with_its_age(tmp_path, board, endpoint) -> None:
    board.publish(b"{}")
    stream = EndpointClient.find([tmp_path]).stream()
    first, second = next(stream), next(stream)
    assert first is not None
    assert second is not None
    assert second.age_s >= first.age_s + 0.9


def test_stopping_ends_streams_and_removes_the_files(tmp_path, board) -> None:
    daemon = LocalEndpoint(tmp_path, board, started_at=STARTED, version="1", on_crash=no_crash)
    daemon.start()
    stream = EndpointClient.find([tmp_path]).stream()
    next(stream)
    daemon.stop()
    with pytest.raises(NotRunningError, match=r"ended|answer"):
        list(stream)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(NotRunningError, match="announced"):
        EndpointClient.find([tmp_path])


def test_files_left_by_a_killed_daemon_are_recognised(tmp_path, endpoint) -> None:
    """Its port was taken by another program: here, by another run of the daemon."""
    stale = EndpointInfo(endpoint.port, endpoint.pid, "2026-03-09T13:00:00.000Z", "9.9.9")
    folder = tmp_path / "killed"
    announce(folder, stale, Tokens(read_token(tmp_path) or "", "x"))
    with pytest.raises(NotRunningError, match="belongs to another"):
        EndpointClient.find([folder])


def test_files_of_a_killed_daemon_whose_port_is_free(tmp_path, board) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    announce(tmp_path, EndpointInfo(port, 1, "2026-03-09T13:00:00.000Z", "1"), Tokens("a", "b"))
    with pytest.raises(NotRunningError, match="does not answer"):
        EndpointClient.find([tmp_path])
    restarted = LocalEndpoint(tmp_path, board, started_at=STARTED, version="2", on_crash=no_crash)
    restarted.start()
    assert EndpointClient.find([tmp_path]).info.version == "2"
    restarted.stop()


def test_a_second_daemon_on_one_run_folder_is_refused(tmp_path, board, endpoint) -> None:
    second = LocalEndpoint(tmp_path, board, started_at=STARTED, version="2", on_crash=no_crash)
    with pytest.raises(AlreadyRunningError, match=str(endpoint.pid)):
        second.start()
    assert read_endpoint(tmp_path) == endpoint


def test_the_first_folder_with_a_daemon_wins(tmp_path, endpoint) -> None:
    client = EndpointClient.find([tmp_path / "none", tmp_path])
    assert client.info == endpoint
