"""Commands at the endpoint: only with the administrator's token, only when somebody takes them."""

import http.client
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from risk_manager.ipc.client import NotRunningError
from risk_manager.ipc.command_client import NoRightError, send_command
from risk_manager.ipc.contract import COMMAND_PATH
from risk_manager.ipc.endpoint import LocalEndpoint
from risk_manager.ipc.status_board import StatusBoard

STARTED = datetime(2026, 3, 9, tzinfo=UTC)


@pytest.fixture
def endpoint(tmp_path):
    board = StatusBoard(time.monotonic)
    made = LocalEndpoint(tmp_path, board, started_at=STARTED, version="1", on_crash=lambda *_: None)
    made.start()
    yield made
    made.stop()


def echo(asked: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "heard": asked}


def post(endpoint_folder, token: str, body: str, **headers: str) -> int:
    port = json.loads((endpoint_folder / "endpoint.json").read_text(encoding="utf-8"))["port"]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    text = (endpoint_folder / token).read_text(encoding="ascii").strip()
    connection.request("POST", COMMAND_PATH, body, {"Authorization": f"Bearer {text}"} | headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_command_is_handed_over_and_answered(tmp_path, endpoint):
    endpoint.serve_commands(echo)
    assert send_command([tmp_path], {"command": "x"}) == {"ok": True, "heard": {"command": "x"}}


def test_while_nobody_takes_commands_the_tool_says_so(tmp_path, endpoint):
    with pytest.raises(NotRunningError, match="starting"):
        send_command([tmp_path], {"command": "x"})


def test_the_read_token_is_not_enough(tmp_path, endpoint):
    endpoint.serve_commands(echo)
    assert post(tmp_path, "read.token", "{}") == 403
    assert post(tmp_path, "admin.token", "{}") == 200
    assert post(tmp_path, "admin.token", "{}", Host="evil.example") == 421


@pytest.mark.parametrize("body", ["[1]", "no json", json.dumps({"a": "x" * 20_000})])
def test_what_is_no_small_object_is_refused(tmp_path, endpoint, body):
    endpoint.serve_commands(echo)
    assert post(tmp_path, "admin.token", body) == 413


def test_without_the_token_file_there_is_no_right(tmp_path, endpoint):
    endpoint.serve_commands(echo)
    (tmp_path / "admin.token").unlink()
    with pytest.raises(NoRightError):
        send_command([tmp_path], {"command": "x"})


def test_without_a_daemon_nobody_answers(tmp_path):
    with pytest.raises(NotRunningError):
        send_command([tmp_path / "nothing"], {"command": "x"})
