"""The property list for launchd and the calls of launchctl: form and arguments only."""

import plistlib
from collections.abc import Sequence
from pathlib import Path

import pytest

from risk_manager.service.control import Answer, ServiceError, ServiceState
from risk_manager.service.launchd_control import LaunchdControl
from risk_manager.service.launchd_plist import LABEL, plist_text

PYTHON = Path("/opt/risk & manager/bin/python3")
ROOT = Path("/Library/Application Support/RiskManager")
RUNNING = "system/com.risk-manager.daemon = {\n\tstate = running\n\tpid = 77\n\truns = 1\n}\n"


class Launchctl:
    def __init__(self) -> None:
        self.shown = Answer(0, RUNNING, "")
        self.calls: list[str] = []

    def __call__(self, words: Sequence[str]) -> Answer:
        if words[1] == "print":
            return self.shown
        self.calls.append(" ".join(words[1:]))
        return Answer(0, "", "")


@pytest.fixture
def launchctl() -> Launchctl:
    return Launchctl()


@pytest.fixture
def control(tmp_path: Path, launchctl: Launchctl) -> LaunchdControl:
    return LaunchdControl(PYTHON, ROOT, daemons=tmp_path, run=launchctl)


def test_the_list_is_read_back_as_it_was_meant():
    found = plistlib.loads(plist_text(PYTHON, ROOT).encode())
    assert found["ProgramArguments"] == [
        str(PYTHON), "-I", "-m", "risk_manager", "run", "--service",
    ]  # fmt: skip
    assert found["KeepAlive"] is True
    assert found["RunAtLoad"] is True
    assert found["StandardErrorPath"] == f"{ROOT}/logs/launchd.log"


def test_the_life_of_the_service(control, launchctl, tmp_path):
    assert control.report().state is ServiceState.NOT_INSTALLED
    with pytest.raises(ServiceError, match="service install"):
        control.start()
    control.install()
    control.start()
    control.restart()
    assert control.report().details == {"state": "running", "pid": "77", "runs": "1"}
    control.uninstall()
    assert launchctl.calls == [
        f"enable system/{LABEL}",
        f"bootstrap system {tmp_path / LABEL}.plist",
        f"kill SIGTERM system/{LABEL}",
        f"bootout system/{LABEL}",
    ]
    assert not list(tmp_path.iterdir())


def test_an_unloaded_service_is_stopped_and_is_not_unloaded_again(control, launchctl):
    control.install()
    launchctl.shown = Answer(113, "", "Could not find service")
    assert control.report().state is ServiceState.STOPPED
    control.uninstall()
    assert launchctl.calls == [f"enable system/{LABEL}"]
