"""What stops a start: a second daemon, and a drill that breaks."""

import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from risk_manager.core import single_instance
from risk_manager.core.drill import drill
from risk_manager.core.drill_cases import CASES
from risk_manager.core.single_instance import hold_locks, machine_folder
from risk_manager.domain.errors import AlreadyRunningError, StartError
from risk_manager.rules.max_contracts import MaxContracts
from risk_manager.simulation.setup import CAP, NO_HOLIDAYS, watched

URL = "https://api.example.com"


@pytest.fixture
def folder(tmp_path) -> Iterator[Path]:
    """A machine's lock folder of its own."""
    with patch.object(single_instance, "machine_folder", lambda: tmp_path / "machine"):
        yield tmp_path


def test_the_machines_folder_is_the_systems_for_temporary_files():
    assert machine_folder().name == "risk-manager-locks"


def test_one_daemon_for_each_data_folder(folder):
    held = hold_locks(folder / "data", URL, "me")
    with held, pytest.raises(AlreadyRunningError, match="uses the data folder"):
        hold_locks(folder / "data", URL, "somebody else")
    hold_locks(folder / "data", URL, "me").close()


def test_one_daemon_for_each_login_at_a_gateway_whatever_its_case(folder):
    with hold_locks(folder / "one", URL, "me"):
        with pytest.raises(AlreadyRunningError, match=f"guards this login at {URL}"):
            hold_locks(folder / "two", URL, "ME")
        with hold_locks(folder / "two", URL + "/other", "me"):
            pass
    names = [path.name for path in (folder / "machine").iterdir()]
    assert names
    assert all("me" not in name.removesuffix(".lock") for name in names)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_any_users_daemon_sees_the_others(folder):
    with hold_locks(folder / "data", URL, "me"):
        assert stat.S_IMODE((folder / "machine").stat().st_mode) == 0o1777


def test_a_folder_that_cannot_be_made_gives_both_locks_back(folder):
    (folder / "machine").write_text("a file")
    with pytest.raises(FileExistsError):
        hold_locks(folder / "data", URL, "me")
    (folder / "machine").unlink()
    hold_locks(folder / "data", URL, "me").close()


def test_a_drill_case_that_breaks_names_its_rule(monkeypatch):
    def broken(_rule, _scene):
        raise ZeroDivisionError("odd")

    cases: dict[Any, Any] = {**CASES, MaxContracts: broken}
    monkeypatch.setattr("risk_manager.core.drill.CASES", cases)
    account = watched(CAP, {})
    now = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
    with pytest.raises(StartError, match=r"RULE-001 max_contracts of account \d+: ZeroDivisionErr"):
        drill([account], account.config.global_, NO_HOLIDAYS, now)
