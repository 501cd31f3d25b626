"""The Windows service's arguments and access lists. What Windows makes of them is for the labs."""

import importlib
import sys
from pathlib import Path

import pytest

from risk_manager.service import windows_names as names
from risk_manager.service.control import ServiceError, ServiceState
from risk_manager.utils.windows_security import (
    ADMIN_TOKEN,
    PRIVATE_FOLDER,
    READABLE_FOLDER,
    SERVICE,
    SERVICE_DEFAULT,
)
from tests.support.fake_windows import FakeWindows, install

PYTHON, ROOT = Path("C:/Program Files/Python/python.exe"), Path("C:/ProgramData/RiskManager")
MODULE = "risk_manager.service.windows_control"


@pytest.fixture
def machine() -> FakeWindows:
    return FakeWindows()


@pytest.fixture
def control(machine, monkeypatch):
    monkeypatch.delitem(sys.modules, MODULE, raising=False)
    install(monkeypatch, machine)
    module = importlib.import_module(MODULE)
    yield module.WindowsControl(PYTHON, ROOT)
    sys.modules.pop(MODULE, None)


def test_install_starts_at_boot_and_comes_back_after_1_5_and_60_seconds(control, machine):
    control.install()
    assert machine.created is not None
    name, start, command = machine.created[1], machine.created[5], machine.created[7]
    assert (name, start) == ("RiskManagerDaemon", 2)
    assert command == f'"{PYTHON}" -I -S "{names.BOOT_FILE}" "{ROOT}"'
    assert machine.kept[2]["Actions"] == [(1, 1000), (1, 5000), (1, 60000)]
    assert machine.kept[4] is True, "also after an end that reports a failure"
    assert machine.kept[7] == 30_000
    assert machine.sddl == [SERVICE]


def test_a_machine_that_does_not_keep_the_recovery_is_told_loudly(control, machine):
    machine.keeps = False
    with pytest.raises(ServiceError, match="restart after a crash cannot be verified: Invalid"):
        control.install()


def test_a_second_install_brings_the_first_up_to_date(control, machine):
    control.install()
    machine.kept.clear()
    control.install()
    assert machine.kept[4] is True
    assert ("open", ("RiskManagerDaemon", 0xF01FF)) in machine.calls


def test_the_stop_is_our_own_control_and_never_the_usual_one(control, machine):
    control.install()
    control.start()
    assert control.report().state is ServiceState.RUNNING
    assert control.report().details["AcceptsStop"] == "false"
    control.stop()
    control.stop()
    assert [value for word, value in machine.calls if word == "control"] == [200]


def test_uninstall_gives_the_access_list_back_before_it_deletes(control, machine):
    control.install()
    control.start()
    control.uninstall()
    assert machine.sddl == [SERVICE, SERVICE_DEFAULT]
    assert control.report().state is ServiceState.NOT_INSTALLED


def test_what_is_not_there_cannot_be_started(control):
    assert control.report().state is ServiceState.NOT_INSTALLED
    with pytest.raises(ServiceError, match="start: Windows says 1060"):
        control.start()


def rights(sddl: str, who: str) -> set[str]:
    """The two-letter rights an access list gives."""
    found: set[str] = set()
    for entry in sddl.split("(")[1:]:
        kind, _flags, letters, _object, _inherited, sid = entry.rstrip(")").split(";")
        assert kind == "A", "allowing entries only"
        if sid == who:
            found |= {letters[i : i + 2] for i in range(0, len(letters), 2)}
    return found


@pytest.mark.parametrize("who", ["BA", "IU", "SU"])
def test_only_system_may_stop_pause_control_reconfigure_delete_or_take_over(who):
    forbidden = {"WP", "DT", "CR", "DC", "SD", "WD", "WO"}
    assert not rights(SERVICE, who) & forbidden
    assert forbidden <= rights(SERVICE, "SY")


def test_an_administrator_may_start_and_look_and_others_only_look():
    assert {"RP", "LC", "CC"} <= rights(SERVICE, "BA")
    assert "RP" not in rights(SERVICE, "IU")
    assert "LC" in rights(SERVICE, "IU")


@pytest.mark.parametrize("sddl", [PRIVATE_FOLDER, READABLE_FOLDER, ADMIN_TOKEN])
def test_folders_inherit_nothing_and_users_never_write(sddl):
    assert "D:P" in sddl
    assert "FA;;;BU" not in sddl
    assert "WD" not in sddl.replace("D:P", "")


def test_users_see_run_and_nothing_else():
    assert ";;;BU" in READABLE_FOLDER
    assert ";;;BU" not in PRIVATE_FOLDER
    assert ";;;BU" not in ADMIN_TOKEN
