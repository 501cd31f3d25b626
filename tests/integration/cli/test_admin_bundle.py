"""`admin support-bundle`: planted secrets are in none of its parts."""

import json
import zipfile

import pytest

from risk_manager.ledger.alone import append_alone
from risk_manager.ledger.kinds import config_changed
from risk_manager.utils.clock import MachineClock
from tests.integration.cli.conftest import PASSWORD, Office

PLANTED = {
    "inline key": "planted-inline-key-0001",
    "key of the environment": "planted-environment-key-0002",
    "stored key": "planted-stored-key-0003",
    "read token": "planted-read-token-0004",
    "admin token": "planted-admin-token-0005",
    "alert address": "https://planted.example/hook/0006",
    "alert of the environment": "tgram://planted-bot-0007/1234",
    "stored alert": "discord://planted-hook-0008/abc",
    "of .env": "planted-dotenv-0009",
    "user name": "planted-user-0010",
    "web token": "eyJhbGciOiJIUzI1NiJ9.planted0011.signature",
    "mail address": "planted0012@example.com",
}


def plant(office: Office, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    office.write_files(api_key=key, username=PLANTED["user name"])
    office.set_password()
    monkeypatch.setenv("PLANTED_KEY", PLANTED["key of the environment"])
    monkeypatch.setenv("PLANTED_ALERT", PLANTED["alert of the environment"])
    (office.config / "api_key.secret").write_text(PLANTED["stored key"])
    (office.config / "alert_b.secret").write_text(PLANTED["stored alert"])
    channels = [{"name": "a", "url": PLANTED["alert address"]}, {"name": "b", "url": "stored"}]
    channels += [{"name": "c", "url": "${PLANTED_ALERT}"}]
    (office.config / "alerts.yaml").write_text(json.dumps({"channels": channels}))
    (office.root / ".env").write_text(f"OTHER={PLANTED['of .env']}\n")
    run, logs = office.root / "run", office.root / "logs"
    run.mkdir()
    logs.mkdir()
    (run / "read.token").write_text(PLANTED["read token"])
    (run / "admin.token").write_text(PLANTED["admin token"])
    everything = " ".join([*PLANTED.values(), "token=planted-shape-0013"])
    (logs / "daemon.log").write_text(f"2026-03-02T10:00:00.000Z INFO     x: hello {everything}\n")
    line = config_changed(MachineClock().wall(), PLANTED["user name"], None, PLANTED["inline key"])
    append_alone(office.data / "ledger", line)


@pytest.mark.parametrize("key", [PLANTED["inline key"], "${PLANTED_KEY}", "stored"])
def test_no_secret_is_in_any_part(office, key, monkeypatch):
    plant(office, key, monkeypatch)
    if key != PLANTED["inline key"]:
        # It stands in no file now, so nothing can know that it is one.
        for path in (office.root / "logs" / "daemon.log", *office.data.glob("ledger/*.jsonl")):
            path.write_text(path.read_text().replace(PLANTED["inline key"], "-"))
    if "PLANTED" not in key:
        path = office.root / "logs" / "daemon.log"
        path.write_text(path.read_text().replace(PLANTED["key of the environment"], "-"))
    file = office.root / "bundle.zip"
    done = office.run("support-bundle", str(file))
    assert (done.code, done.err) == (0, "")
    with zipfile.ZipFile(file) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    wanted = {
        "about.txt", "doctor.json", "config/accounts.yaml", "config/risk_config.yaml",
        "config/alerts.yaml", "logs/daemon.log",
    }  # fmt: skip
    assert wanted < set(parts)
    assert any(name.startswith("ledger/") for name in parts)
    for name, text in parts.items():
        assert [what for what, secret in PLANTED.items() if secret in text] == [], name
        assert "planted-shape" not in text, name
        assert PASSWORD not in text, name
        assert "scrypt" not in text, name
    assert "x: hello " in parts["logs/daemon.log"], "the rest is still readable"
    assert "max_contracts" in parts["config/risk_config.yaml"]


def test_a_file_that_is_there_is_not_replaced(office):
    office.write_files()
    file = office.root / "bundle.zip"
    file.write_text("mine")
    assert office.run("support-bundle", str(file)).code == 1
    assert file.read_text() == "mine"


def test_it_helps_also_where_nothing_is_set_up(office):
    done = office.run("support-bundle", str(office.root / "b.zip"), "--json")
    assert (done.code, done.data["parts"]) == (0, ["doctor.json", "about.txt"])
