"""`risk-manager gateway-sim` as a process: its first line, its options, its clean end."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from typing import Any

import pytest

ON_WINDOWS = sys.platform == "win32"
COMMAND = [sys.executable, "-m", "risk_manager", "gateway-sim"]


def post(address: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(address, json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_first_line_and_clean_end(number: signal.Signals) -> None:
    if ON_WINDOWS:
        number = signal.CTRL_BREAK_EVENT  # type: ignore[attr-defined,unused-ignore]  # only there
    process = subprocess.Popen(
        [*COMMAND, "--accounts", "2", "--start", "2026-11-20T15:00:00Z", "--speed", "0"],
        stdout=subprocess.PIPE,
        text=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    with process:
        assert process.stdout
        first = json.loads(process.stdout.readline())
        try:
            assert list(first) == [
                "api_url",
                "user_hub",
                "market_hub",
                "username",
                "api_key",
                "accounts",
            ]
            assert [account["id"] for account in first["accounts"]] == [10001, 10002]
            assert first["accounts"][0]["balance"] == "150000"
            assert first["accounts"][0]["canTrade"] is True
            login = {"userName": first["username"], "apiKey": first["api_key"]}
            assert post(f"{first['api_url']}/api/Auth/loginKey", login)["success"]
            state = post(f"{first['api_url']}/sim/state", {})
            assert state["now"] == "2026-11-20T15:00:00.000000+00:00"
        finally:
            process.send_signal(number)
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    "arguments", [["--speed", "-1"], ["--start", "1020"], ["--accounts", "0"], ["--market", "x"]]
)
def test_wrong_options_are_refused(arguments: list[str]) -> None:
    ended = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Invalid value" in ended.stderr


def test_taken_port_is_said_and_ends_with_1() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [*COMMAND, "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Not started: ")
    assert ended.stdout == ""
