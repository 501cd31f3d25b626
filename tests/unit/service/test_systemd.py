"""The systemd unit and the calls of systemctl: arguments and files; a booted system is the lab's.

The tool's answers are systemd 252's own, copied from a terminal.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from risk_manager.service.control import Answer, ServiceError, ServiceState
from risk_manager.service.systemd_control import SystemdControl
from risk_manager.service.systemd_unit import UNIT_NAME, unit_text

PYTHON = Path("/opt/risk manager/bin/python3")
ROOT = Path("/var/lib/risk-manager")
LOADED = "MainPID=118\nNRestarts=0\nLoadState=loaded\nActiveState={}\nSubState={}\n"
ABSENT = "MainPID=0\nLoadState=not-found\nActiveState=inactive\nSubState=dead\n"


class Systemctl:
    """Answers like systemctl and keeps what it was called with, and the drop-in at that time."""

    def __init__(self, folder: Path) -> None:
        self.shown = LOADED.format("active", "running")
        self.failing = ""
        self.calls: list[tuple[str, bool]] = []
        self._drop_in = folder / "run" / f"{UNIT_NAME}.d" / "authorised-stop.conf"

    def __call__(self, words: Sequence[str]) -> Answer:
        if words[1] == "show":
            return Answer(0, self.shown, "")
        self.calls.append((" ".join(words[1:]), self._drop_in.exists()))
        if words[1] == self.failing:
            return Answer(4, "", "Operation refused")
        return Answer(0, "", "")


@pytest.fixture
def systemctl(tmp_path: Path) -> Systemctl:
    return Systemctl(tmp_path)


@pytest.fixture
def control(tmp_path: Path, systemctl: Systemctl) -> SystemdControl:
    (tmp_path / "etc").mkdir()
    return SystemdControl(
        PYTHON, ROOT, units=tmp_path / "etc", volatile=tmp_path / "run", run=systemctl
    )


def test_the_unit_restarts_always_refuses_a_manual_stop_and_quotes_its_path():
    lines = unit_text(PYTHON, ROOT).splitlines()
    assert 'ExecStart="/opt/risk manager/bin/python3" -I -m risk_manager run --service' in lines
    for line in (
        "RefuseManualStop=yes", "Restart=always", "RestartSec=1", "StartLimitIntervalSec=0",
        "WatchdogSec=20", "Type=notify", "RestartPreventExitStatus=10", "NoNewPrivileges=yes",
        "ReadWritePaths=/var/lib/risk-manager", "ProtectSystem=strict",
    ):  # fmt: skip
        assert line in lines, line
    assert "%%20" in unit_text(Path("/opt/a%20b/python"), ROOT)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not there")
def test_systemd_itself_has_no_complaint(tmp_path: Path):
    unit = tmp_path / UNIT_NAME
    unit.write_text(unit_text(Path("/bin/sh"), ROOT), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if UNIT_NAME in line]
    assert (done.returncode, ours) == (0, [])


def test_install_writes_the_unit_and_enables_it(control, systemctl, tmp_path):
    control.install()
    unit = tmp_path / "etc" / UNIT_NAME
    assert unit.read_text(encoding="utf-8") == unit_text(PYTHON, ROOT)
    assert [path.name for path in unit.parent.iterdir()] == [UNIT_NAME]
    assert [words for words, _ in systemctl.calls] == ["daemon-reload", f"enable {UNIT_NAME}"]


def test_a_stop_is_allowed_only_while_it_is_made(control, systemctl, tmp_path):
    control.stop()
    assert systemctl.calls == [
        ("daemon-reload", True), (f"stop {UNIT_NAME}", True), ("daemon-reload", False),
    ]  # fmt: skip
    assert not list((tmp_path / "run").rglob("*.conf"))


def test_a_failed_stop_leaves_stopping_forbidden_and_says_what_systemd_said(control, systemctl):
    systemctl.failing = "stop"
    with pytest.raises(ServiceError, match=r"systemctl stop .* failed with 4: Operation refused"):
        control.stop()
    assert systemctl.calls[-1] == ("daemon-reload", False)


def test_uninstall_stops_disables_and_removes(control, systemctl, tmp_path):
    control.install()
    systemctl.calls.clear()
    control.uninstall()
    assert [words.split()[0] for words, _ in systemctl.calls] == [
        "daemon-reload", "stop", "daemon-reload", "disable", "daemon-reload",
    ]  # fmt: skip
    assert not (tmp_path / "etc" / UNIT_NAME).exists()


@pytest.mark.parametrize("verb", ["start", "stop", "restart", "uninstall"])
def test_what_is_not_installed_cannot_be_controlled(control, systemctl, verb):
    systemctl.shown = ABSENT
    with pytest.raises(ServiceError, match="service install"):
        getattr(control, verb)()
    assert not systemctl.calls


def test_a_restart_asks_the_main_process_only(control, systemctl):
    control.restart()
    assert systemctl.calls == [(f"kill --kill-who=main --signal=SIGTERM {UNIT_NAME}", False)]


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        (LOADED.format("active", "running"), ServiceState.RUNNING),
        (LOADED.format("activating", "start"), ServiceState.START_PENDING),
        (LOADED.format("activating", "auto-restart"), ServiceState.START_PENDING),
        (LOADED.format("deactivating", "stop-sigterm"), ServiceState.STOP_PENDING),
        (LOADED.format("inactive", "dead"), ServiceState.STOPPED),
        (LOADED.format("failed", "failed"), ServiceState.STOPPED),
        (ABSENT, ServiceState.NOT_INSTALLED),
    ],
)
def test_states(control, systemctl, shown, state):
    systemctl.shown = shown
    assert control.report().state is state
