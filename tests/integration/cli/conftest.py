"""A configuration folder and a simulated gateway for admin commands that need no daemon."""

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from risk_manager.cli.main import main
from risk_manager.config.password import PasswordFile
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from risk_manager.utils.clock import MachineClock
from tests.integration.world.settings import daily_loss, max_contracts, write_config

PASSWORD = "correct horse battery"
SECTIONS = {
    "daily_reset": {"time": "17:00", "timezone": "America/New_York"},
    "max_contracts": max_contracts(5),
    "daily_realized_loss": daily_loss(),
}


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


class Office:
    """Runs `risk-manager admin …` on its folders; `given` are lines of stdin."""

    def __init__(self, root: Path, server: SimServer, monkeypatch: Any, capsys: Any) -> None:
        self.root, self.server = root, server
        self.config, self.data = root / "config", root / "data"
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.config.mkdir()
        self.data.mkdir()

    def run(self, *words: str, given: str = "") -> Done:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(given))
        folders = ["--config", str(self.config), "--data", str(self.data)]
        code = main(["admin", *words, *folders])
        out, err = self._capsys.readouterr()
        return Done(code, out, err)

    def write_files(self, **login: str) -> None:
        account = {"account_id": self.server.accounts()[0].id}
        write_config(self.config, self.server, SECTIONS, [account])
        path = self.config / "accounts.yaml"
        tree = json.loads(path.read_text())
        tree["topstepx"] |= {"api_key": self.server.api_key, **login}
        path.write_text(json.dumps(tree, indent=2))

    def set_password(self) -> None:
        PasswordFile(self.config, MachineClock().wall).set(PASSWORD)


@pytest.fixture(scope="session")
def gateway() -> Iterator[SimServer]:
    with SimServer(ServerOptions(speed=Decimal(1), accounts=2)) as server:
        yield server


@pytest.fixture
def office(tmp_path: Path, gateway: SimServer, monkeypatch: Any, capsys: Any) -> Office:
    monkeypatch.chdir(tmp_path)
    return Office(tmp_path, gateway, monkeypatch, capsys)
