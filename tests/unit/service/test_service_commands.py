"""The commands of `risk-manager service`, up to the system's own door."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from risk_manager.cli.main import main
from risk_manager.service import common, service_install, service_main
from risk_manager.service.control import Answer, ServiceError
from risk_manager.service.host import this_control
from risk_manager.service.launchd_control import LaunchdControl
from risk_manager.service.systemd_control import SystemdControl
from risk_manager.utils.paths import Surroundings

SHOWN = "MainPID=118\nLoadState=loaded\nActiveState=active\nSubState=running\n"


def around(tmp_path: Path, **system: bool) -> Surroundings:
    return Surroundings(tmp_path, tmp_path, {}, windows=False, in_checkout=False, **system)


@pytest.fixture
def calls(tmp_path: Path, monkeypatch) -> list[str]:
    """Put a systemctl that says "running" in the system's place; returns what it is called with."""
    made: list[str] = []

    def systemctl(words: Sequence[str]) -> Answer:
        made.append(" ".join(words[1:]))
        return Answer(0, SHOWN if words[1] == "show" else "", "")

    control = SystemdControl(
        Path("/p"), Path("/r"), units=tmp_path, volatile=tmp_path, run=systemctl
    )
    monkeypatch.setattr(common, "this_control", lambda _around: control)
    for module in (service_main, service_install):
        monkeypatch.setattr(module, "is_administrator", lambda: True)
    return made


def test_status_in_words_and_as_json(calls, capsys):
    assert main(["service", "status"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "RUNNING"
    assert main(["service", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["details"]["MainPID"]) == ("RUNNING", "118")


def test_a_restart_says_that_nothing_is_enforced_meanwhile(calls, capsys):
    assert main(["service", "restart"]) == 0
    assert "enforcement is off" in capsys.readouterr().out


def test_uninstall_needs_its_word(calls, capsys):
    assert main(["service", "uninstall", "--type", "uninstall"]) == 2
    assert "--type UNINSTALL" in capsys.readouterr().err
    assert not [call for call in calls if not call.startswith("show")]


def test_a_forced_stop_needs_its_word(calls, capsys):
    assert main(["service", "stop", "--force"]) == 2
    assert "--type STOP" in capsys.readouterr().err
    assert not [call for call in calls if not call.startswith("show")]


@pytest.mark.parametrize("verb", [["install"], ["start"], ["stop"], ["restart"]])
def test_without_the_administrators_rights_nothing_is_called(calls, monkeypatch, capsys, verb):
    for module in (service_main, service_install):
        monkeypatch.setattr(module, "is_administrator", lambda: False)
    assert main(["service", *verb]) == 6
    assert "sudo" in capsys.readouterr().err
    assert not [call for call in calls if not call.startswith("show")]


def test_code_that_others_may_change_is_not_installed(calls, monkeypatch, capsys):
    monkeypatch.setattr(service_install, "untrusted_code", lambda: ["/home/t: belongs to user 7"])
    assert main(["service", "install", "--type", "APPLY"]) == 8
    assert "/home/t: belongs to user 7" in capsys.readouterr().err
    assert not calls


def test_each_system_has_its_control_or_a_clear_error(tmp_path, monkeypatch):
    assert isinstance(this_control(around(tmp_path, macos=True)), LaunchdControl)
    windows = Surroundings(tmp_path, tmp_path, {}, windows=True, in_checkout=False)
    with pytest.raises(ServiceError, match="risk-manager run"):
        this_control(windows)
