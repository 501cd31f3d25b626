"""The service's own stop beside a real daemon: the password, the policy, and the way past it."""

import io
import json
from typing import Any

import pytest

from risk_manager.cli.main import main
from risk_manager.service import common, service_main
from risk_manager.service.control import ServiceReport, ServiceState
from risk_manager.utils.paths import Folders
from tests.integration.scenarios.tools import data_of
from tests.integration.world.admin import PASSWORD, set_password

RULES = {"max_contracts": {"enabled": True, "limit": 5}}


class Manager:
    """A service manager as far as these commands need one: is the process there?"""

    def __init__(self, world) -> None:
        self.world = world
        self.asked: list[str] = []

    def report(self) -> ServiceReport:
        running = self.world.daemon.is_running
        return ServiceReport(ServiceState.RUNNING if running else ServiceState.STOPPED, {})

    def stop(self) -> None:
        self.asked.append("stop")

    def uninstall(self) -> None:
        self.asked.append("uninstall")


class Service:
    """The command line of the service on a world's folders."""

    def __init__(self, world, monkeypatch) -> None:
        self.world, self.manager = world, Manager(world)
        self._monkeypatch = monkeypatch

    def __call__(self, *words: str, given: str = PASSWORD) -> int:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(f"{given}\n"))
        return main(["service", *words, "--password-stdin"])


@pytest.fixture
def service(make_world, monkeypatch):
    world = make_world(RULES)
    set_password(world)
    found = Service(world, monkeypatch)
    folders = Folders("production", world.folder / "config", data_of(world))
    monkeypatch.setattr(common, "this_control", lambda _around: found.manager)
    monkeypatch.setattr(service_main, "production", lambda _around: folders)
    monkeypatch.setattr(service_main, "is_administrator", lambda: True)
    return found


def ledger_of(world) -> list[Any]:
    lines: list[Any] = []
    for file in sorted((data_of(world) / "ledger").glob("*.jsonl")):
        lines += [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return lines


def test_a_wrong_password_stops_nothing(service, capsys):
    assert service("stop", given="wrong horse battery") == 6
    assert service.world.daemon.is_running
    assert capsys.readouterr().err


def test_without_a_commitment_the_guard_stops_at_once(service, capsys):
    assert service("stop") == 0
    assert not service.world.daemon.is_running
    assert service.world.daemon.wait_end() == 0
    assert "enforcement is off" in capsys.readouterr().out
    assert service.manager.asked == [], "the daemon ends itself"


def test_with_an_open_position_the_stop_waits_and_can_be_forgotten(service, capsys):
    world = service.world
    world.venue.fill("MNQ", 2)
    world.wait_seen("MNQ", 2)
    assert service("stop") == 0
    assert "not before" in capsys.readouterr().out
    assert world.daemon.is_running
    assert service("uninstall", "--type", "UNINSTALL") == 8
    assert service("stop", "--force", "--type", "STOP") == 8, "no way past a daemon that answers"
    assert service("stop", "--cancel") == 0
    assert "forgotten" in capsys.readouterr().out
    assert service.manager.asked == []


def test_a_daemon_that_does_not_answer_takes_force_and_leaves_a_line(service, capsys):
    world = service.world
    world.kill()
    assert service("stop") == 5
    assert "--force --type STOP" in capsys.readouterr().err
    assert service("stop", "--force", "--type", "STOP", given="wrong horse battery") == 6
    assert service("stop", "--force", "--type", "STOP") == 0
    assert service("uninstall", "--type", "UNINSTALL") == 0
    assert service.manager.asked == ["stop", "uninstall"]
    forced = [line["data"]["what"] for line in ledger_of(world) if line["kind"] == "forced"]
    assert forced == ["stop --force", "uninstall"]
