"""`admin auth` and `admin test` against a simulated gateway on loopback."""

import json
import os

import pytest

from risk_manager.config.yaml_file import read_yaml
from risk_manager.ledger.alone import append_alone
from risk_manager.ledger.kinds import stopped
from risk_manager.ledger.verify import verify
from risk_manager.utils.clock import MachineClock
from tests.integration.cli.conftest import PASSWORD, Office


@pytest.fixture
def ready(office: Office) -> Office:
    office.write_files(api_key="${ABSENT}")
    office.set_password()
    return office


def set_login(office, user, key, *more, password=PASSWORD):
    words = ["--username", user, "--api-key-stdin", "--password-stdin", *more]
    return office.run("auth", "set", *words, given=f"{key}\r\n{password}\n")


def login_in_file(office):
    tree = read_yaml(office.config / "accounts.yaml")
    return tree.entries["topstepx"].plain()


def everything(office):
    return b"".join(path.read_bytes() for path in office.root.rglob("*") if path.is_file())


def test_a_good_login_is_stored_and_the_token_is_not(ready):
    done = set_login(ready, ready.server.username, ready.server.api_key)
    assert (done.code, done.err) == (0, "")
    key_file = ready.config / "api_key.secret"
    assert key_file.read_text() == f"{ready.server.api_key}\n"
    if os.name == "posix":
        assert key_file.stat().st_mode & 0o077 == 0
    assert login_in_file(ready)["api_key"] == "stored"
    # Every token of the simulated gateway is a JSON Web Token, which begins like this.
    assert b"eyJ" not in everything(ready)
    assert ready.server.api_key not in done.out


def test_a_refused_login_saves_nothing_and_says_what_to_do(ready):
    before = everything(ready)
    done = set_login(ready, ready.server.username, "not-the-key-0001")
    assert done.code == 1
    assert "login refused, code 3" in done.err
    assert "not-the-key-0001" not in done.err + done.out
    assert everything(ready) == before


def test_validate_only_tries(ready):
    before = everything(ready)
    done = set_login(ready, ready.server.username, ready.server.api_key, "--validate")
    assert (done.code, done.out) == (0, "the login works; nothing was saved\n")
    assert everything(ready) == before


def test_a_wrong_password_saves_nothing_and_stands_in_the_ledger(ready):
    ledger = ready.data / "ledger"
    append_alone(ledger, stopped(MachineClock().wall(), 0))
    done = set_login(ready, ready.server.username, ready.server.api_key, password="wrong one")
    assert (done.code, done.err) == (6, "wrong password\n")
    assert not (ready.config / "api_key.secret").exists()
    (file,) = ledger.glob("*.jsonl")
    line = json.loads(file.read_text().splitlines()[-1])
    assert (line["kind"], line["data"]["tries"]) == ("password", 1)
    assert verify(ledger).is_whole


def test_without_a_password_nothing_changes(office):
    office.write_files()
    done = set_login(office, office.server.username, office.server.api_key)
    assert done.code == 6
    assert "risk-manager admin password" in done.err


def test_another_login_is_refused_where_something_was_guarded(ready):
    (ready.data / "state.db").touch()
    done = set_login(ready, "somebody-else", ready.server.api_key)
    assert done.code == 8
    assert "loosening" in done.err
    assert login_in_file(ready)["username"] == ready.server.username


def test_another_login_is_free_on_a_fresh_installation(ready):
    tree = json.loads((ready.config / "accounts.yaml").read_text())
    tree["topstepx"]["username"] = "your_username"
    (ready.config / "accounts.yaml").write_text(json.dumps(tree))
    assert set_login(ready, ready.server.username, ready.server.api_key).code == 0
    assert login_in_file(ready)["username"] == ready.server.username


def test_show_names_the_source_and_never_the_key(office):
    office.write_files()
    done = office.run("auth", "show", "--json")
    assert done.data["api_key"] == "*** (stands in accounts.yaml itself)"
    assert done.data["username"] == office.server.username
    assert office.server.api_key not in office.run("auth", "show").out


def test_the_connection_test_names_each_way_with_its_time(office):
    office.write_files()
    done = office.run("test", "--json")
    rows = {row["name"]: row for row in done.data["checks"]}
    works = {name for name, row in rows.items() if row["ok"]}
    assert works == {"login", "accounts", "user hub", "market hub", "database"}
    assert done.code == 5, "only the daemon is missing"
    assert all(0 <= row["ms"] < 10_000 for row in rows.values())


def test_the_connection_test_names_what_does_not_work(office):
    office.write_files(user_hub="http://127.0.0.1:9/hubs/user")
    done = office.run("test")
    assert done.code == 1
    lines = {line[:12].strip(): line for line in done.out.splitlines()}
    assert "FAILED" in lines["user hub"]
    assert "FAILED" not in lines["market hub"]


def test_after_a_refused_login_nothing_else_is_asked_of_the_venue(office):
    office.write_files(api_key="not-the-key-0001")
    before = len(office.server.requests())
    done = office.run("test")
    assert done.code == 1
    assert done.out.count("not tried") == 3
    assert len(office.server.requests()) == before + 1
