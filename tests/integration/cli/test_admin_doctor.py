"""`admin doctor`: each check, with a good machine and with one thing broken at a time."""

import os
from datetime import timedelta

import pytest

from risk_manager.cli.admin import doctor_places
from risk_manager.cli.admin.check import Level
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from risk_manager.utils.clock import MachineClock
from tests.integration.cli.conftest import Office

posix = pytest.mark.skipif(os.name != "posix", reason="mode bits say nothing on Windows")


def rows(office):
    done = office.run("doctor", "--json")
    return done.code, {row["name"]: row for row in done.data["checks"]}


@pytest.fixture
def good(office: Office) -> Office:
    office.write_files()
    (office.root / "run").mkdir()
    return office


def test_a_good_machine_without_a_guard_has_that_warning_only(good):
    code, found = rows(good)
    assert code == 3
    assert {name for name, row in found.items() if row["level"] == "warn"} == {
        "endpoint",
        "protection tier",
    }
    wanted = {
        "configuration", "login", "accounts", "clock", "time zone", "permissions", "user hub",
        "market hub", "endpoint", "disk", "database", "protection tier", "venue settings",
    }  # fmt: skip
    assert set(found) == wanted
    assert "Lock risk settings" in found["venue settings"]["fix"]
    for row in found.values():
        assert row["fix"] or row["level"] == "ok", row


def test_a_refused_login_is_a_failure_with_its_fix(office):
    office.write_files(api_key="not-the-key-0001")
    code, found = rows(office)
    assert code == 1
    assert found["login"]["level"] == "fail"
    assert "admin auth set" in found["login"]["fix"]
    assert "not-the-key-0001" not in str(found)


def test_bad_files_are_told_and_the_rest_is_still_checked(good):
    (good.config / "risk_config.yaml").write_text("max_contracts: {limit: x}")
    code, found = rows(good)
    assert (code, found["configuration"]["level"]) == (1, "fail")
    assert "risk_config.yaml" in found["configuration"]["fact"]
    assert found["disk"]["level"] == "ok"
    assert "login" not in found


@posix
@pytest.mark.parametrize("name", ["api_key.secret", "admin_password.hash", "alert_phone.secret"])
def test_a_secret_that_others_may_read_is_a_failure(good, name):
    path = good.config / name
    path.write_text("secret")
    path.chmod(0o640)
    code, found = rows(good)
    assert (code, found["secret file"]["fix"]) == (1, f"chmod 600 {path}")
    path.chmod(0o600)
    assert "secret file" not in rows(good)[1]


@posix
@pytest.mark.parametrize("name", ["config", "data", "run"])
def test_a_folder_that_others_may_change_is_a_failure(good, name):
    (good.root / name).chmod(0o777)
    code, found = rows(good)
    assert (code, found["permissions"]["fix"]) == (1, f"chmod go-w {good.root / name}")


def test_a_damaged_database_is_a_failure(good):
    (good.data / "state.db").write_bytes(b"this is no database, and never was" * 100)
    code, found = rows(good)
    assert (code, found["database"]["level"]) == (1, "fail")


def test_a_hub_that_does_not_answer_is_a_failure(office):
    office.write_files(market_hub="http://127.0.0.1:9/hubs/market")
    code, found = rows(office)
    assert (code, found["market hub"]["level"], found["user hub"]["level"]) == (1, "fail", "ok")


@pytest.mark.parametrize(
    ("minutes", "level", "word"), [(10, "fail", "behind"), (-1, "warn", "ahead")]
)
def test_the_clock_is_compared_with_the_venues(office, minutes, level, word):
    start = MachineClock().wall() + timedelta(minutes=minutes)
    with SimServer(ServerOptions(start=start)) as server:
        office.server = server
        office.write_files()
        clock = rows(office)[1]["clock"]
    assert (clock["level"], word in clock["fact"]) == (level, True)


def test_an_unknown_zone_is_a_failure():
    assert doctor_places.time_zones(["Europe/Berlin"]).level is Level.OK
    found = doctor_places.time_zones(["Europe/Atlantis"])
    assert (found.level, "Europe/Atlantis" in found.fact) == (Level.FAIL, True)


@pytest.mark.parametrize(
    ("free_mb", "level"), [(100, Level.FAIL), (500, Level.WARN), (5000, Level.OK)]
)
def test_little_space_is_told(monkeypatch, tmp_path, free_mb, level):
    usage = type("Usage", (), {"free": free_mb * 1024 * 1024})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    assert doctor_places.disk_space(tmp_path).level is level


def test_text_names_the_fix_under_the_fact(good):
    done = good.run("doctor")
    assert "WARN  endpoint: " in done.out
    assert "      fix: start it: " in done.out
