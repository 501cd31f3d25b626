"""The official JavaScript client connects both ways, hears every stream, survives a reconnect."""

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.sim_client import ENQ, Rest

SCRIPT = Path(__file__).parents[1] / "js" / "client.cjs"
ACCOUNT = 10001
USER_STREAMS = {f"GatewayUser{name}" for name in ("Account", "Order", "Position", "Trade")}
MARKET_STREAMS = {"GatewayQuote", "GatewayTrade", "GatewayDepth"}

pytestmark = pytest.mark.js


class Script:
    """The Node script as a process; its lines are read by a thread."""

    def __init__(self, first_line: dict[str, Any]) -> None:
        node = shutil.which("node")
        assert node, "RISK_MANAGER_JS is set but there is no Node.js"
        self._process = subprocess.Popen(
            [node, str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=dict(os.environ),
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self._write(json.dumps(first_line))

    def until(self, what: str) -> dict[str, Any]:
        """Return the next line of a kind."""
        while (line := self._lines.get(timeout=10))["what"] != what:
            pass
        return line

    def streams(self, wanted: set[str]) -> None:
        """Wait until each of the streams has brought an event."""
        missing = set(wanted)
        while missing:
            missing.discard(self.until("event")["target"])

    def stop(self) -> int:
        """Let the script end and return its exit code."""
        self._write("stop")
        code = self._process.wait(10)
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()
        return code

    def _write(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._lines.put(json.loads(line))


@pytest.fixture(params=[True, False], ids=["skip-negotiation", "negotiated"])
def script(request: pytest.FixtureRequest, server: SimServer, rest: Rest) -> Iterator[Script]:
    running = Script(
        {
            "userHub": server.user_hub,
            "marketHub": server.market_hub,
            "token": rest.token,
            "skipNegotiation": request.param,
            "accountId": ACCOUNT,
            "contractId": ENQ,
        }
    )
    yield running
    assert running.stop() == 0


def make_every_stream_speak(server: SimServer, last: int) -> None:
    server.control("/sim/fill", {"accountId": ACCOUNT, "contractId": ENQ, "side": 0, "size": 1})
    server.control("/sim/price", {"contractId": ENQ, "last": last})


def test_official_client(server: SimServer, script: Script) -> None:
    assert script.until("ready")["results"] == [[0, 0, 0, 0], [0, 0, 0]]
    refused = script.until("refused")
    assert "Method does not exist." in refused["unknownMethod"]
    assert refused["textAccount"].endswith("due to an error on the server.")
    assert server.control("/sim/state")["connections"] == {"user": 1, "market": 1}

    make_every_stream_speak(server, 25000)
    script.streams(USER_STREAMS | MARKET_STREAMS)

    server.control(
        "/sim/fault",
        {"kind": "close", "target": "both", "params": {"allowReconnect": True, "error": "moved"}},
    )
    assert {script.until("reconnected")["hub"] for _ in range(2)} == {"user", "market"}
    make_every_stream_speak(server, 25001)
    script.streams(USER_STREAMS | MARKET_STREAMS)

    server.control("/sim/fault", {"kind": "close", "target": "both", "params": {"abrupt": True}})
    assert {script.until("reconnected")["hub"] for _ in range(2)} == {"user", "market"}

    server.control("/sim/logout", {"hub": "both"})
    script.streams({"GatewayLogout"})
    script.until("closed")
