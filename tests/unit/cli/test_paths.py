"""Which folders are in use, on which system, and where tools look for the daemon."""

from pathlib import Path

from risk_manager.utils.paths import Surroundings, folders_in_use, production, run_folders

HOME = Path("/home/t")
WORKING = Path("/somewhere")


def around(*, windows: bool = False, in_checkout: bool = False, **environment: str) -> Surroundings:
    return Surroundings(WORKING, HOME, environment, windows, in_checkout)


def test_a_checkout_uses_the_working_directory() -> None:
    folders = folders_in_use(around(in_checkout=True))
    assert folders.mode == "development"
    assert (folders.config, folders.data, folders.logs, folders.run) == (
        WORKING / "config", WORKING / "data", WORKING / "logs", WORKING / "run",
    )  # fmt: skip


def test_an_installation_without_checkout_uses_the_users_folder() -> None:
    assert folders_in_use(around()).data == HOME / ".config/risk-manager/data"
    windows = around(windows=True, LOCALAPPDATA="/local")
    assert folders_in_use(windows).config == Path("/local/RiskManager/config")
    assert folders_in_use(around(windows=True)).run == HOME / "AppData/Local/RiskManager/run"


def test_logs_and_run_stand_beside_a_given_data_folder() -> None:
    folders = folders_in_use(around(in_checkout=True), data=Path("/x/store"))
    assert (folders.mode, folders.logs, folders.run) == ("given", Path("/x/logs"), Path("/x/run"))
    assert folders.config == WORKING / "config"


def test_tools_look_only_where_they_are_told() -> None:
    assert run_folders(around(windows=True), data=Path("/x/data")) == (Path("/x/run"),)


def test_tools_look_in_the_modes_folder_then_here_then_at_the_service() -> None:
    service = Path("/var/lib/risk-manager/run")
    assert run_folders(around(in_checkout=True)) == (WORKING / "run", service)
    windows = around(windows=True, LOCALAPPDATA="/local", PROGRAMDATA="/shared")
    assert run_folders(windows) == (
        Path("/local/RiskManager/run"), WORKING / "run", Path("/shared/RiskManager/run"),
    )  # fmt: skip


def test_a_service_has_one_root_on_each_system() -> None:
    mac = Surroundings(WORKING, HOME, {}, windows=False, in_checkout=False, macos=True)
    assert production(around()).data == Path("/var/lib/risk-manager/data")
    assert production(mac).config == Path("/Library/Application Support/RiskManager/config")
    assert production(around(windows=True)).run == Path(r"C:\ProgramData") / "RiskManager/run"
    in_service = folders_in_use(around(in_checkout=True), service=True)
    assert (in_service.mode, in_service.data) == ("production", production(around()).data)
