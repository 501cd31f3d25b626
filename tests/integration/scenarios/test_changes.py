"""The admin tool changes a running daemon: over the endpoint, with the password, saved and seen."""

import http.client
import json
import os
import re
from datetime import datetime, timedelta

import pytest

from risk_manager.ipc.command_client import send_command
from tests.integration.scenarios.tools import causes, data_of, edit_risk, rows, said
from tests.integration.world.admin import PASSWORD, admin, change, limit_of, set_password
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.steps import at

RISK = "risk_config.yaml"
LOSS = {"daily_realized_loss": daily_loss()}
LIMIT = ("rule", "set", "daily_realized_loss", "limit")


def risk_text(world):
    return (world.folder / "config" / RISK).read_text(encoding="utf-8")


def test_s83_a_tighter_limit_is_saved_and_acts_and_an_invalid_one_changes_nothing(make_world):
    world = make_world(LOSS)
    set_password(world)
    edit_risk(world, "# mine\ndaily_realized_loss:\n  enabled: true\n  limit: -500  # USD\n")
    world.venue.lose("MNQ", 350)
    world.wait_sum("-350")
    before = risk_text(world)
    code, answer = change(world, *LIMIT, "much")
    assert (code, answer["problem"]) == (7, "config")
    assert (risk_text(world), limit_of(world, "RULE-003")) == (before, "-500.00")
    code, answer = change(world, *LIMIT, "-300")
    assert (code, answer["effect"]) == (2, "none")
    assert re.fullmatch(r"locks account 10001 until \d:00 PM ET", answer["would"][0])
    assert risk_text(world) == before
    code, answer = change(world, *LIMIT, "-300", "--type", "APPLY")
    assert (code, answer["effect"]) == (0, "active")
    assert risk_text(world) == before.replace("-500", "-300")
    world.wait_lock("003")


def test_s84_three_wrong_passwords_make_everybody_wait(make_world):
    world = make_world(LOSS)
    set_password(world)
    for _ in range(3):
        assert change(world, *LIMIT, "-400", password="wrong wrong")[0] == 6
    code, answer = change(world, *LIMIT, "-400")
    assert (code, answer["problem"]) == (6, "password")
    assert "try again in" in answer["error"]
    world.wait_for(lambda: change(world, *LIMIT, "-400")[0] == 0, 15, "the end of the pause")
    assert said(world).count("wrong password") >= 3
    assert PASSWORD not in said(world) + risk_text(world)


def test_s84_the_read_token_changes_nothing(make_world):
    world = make_world(LOSS)
    set_password(world)
    run = world.folder / "run"
    port = json.loads((run / "endpoint.json").read_text(encoding="utf-8"))["port"]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    body = json.dumps({"command": "reload", "password": PASSWORD})
    token = (run / "read.token").read_text(encoding="ascii").strip()
    connection.request("POST", "/command", body, {"Authorization": f"Bearer {token}"})
    assert connection.getresponse().status == 403
    connection.close()


def test_s120_a_looser_file_is_not_used_and_alarmed_until_it_is_confirmed(make_world):
    world = make_world(LOSS)
    set_password(world)
    edit_risk(world, "daily_realized_loss: {enabled: true, limit: -800}\n")
    world.restart()
    assert limit_of(world, "RULE-003") == "-500.00"
    assert "looser value that is not used" in causes(world)
    code, answer = change(world, "config", "apply")
    assert (code, answer["effect"]) == (0, "pending")
    assert limit_of(world, "RULE-003") == "-500.00"
    world.wait_for(lambda: "account 10001: the file" not in causes(world), what="no complaint")
    (row,) = world.status()["pending"]
    assert row["text"].startswith("PENDING - daily_realized_loss.limit -500 to -800 - active ")
    world.restart()
    assert "account 10001: the file" not in causes(world)
    code, _, _ = admin(world, "pending", "cancel", str(row["id"]), "--password-stdin")
    assert (code, world.status()["pending"]) == (0, [])
    assert "-500" in risk_text(world)


@pytest.mark.skipif(os.name != "posix", reason="modes of folders")
def test_s135_save_is_confirmed_by_reading_back(make_world):
    """Nothing is saved, so nothing is changed, and the tool says so."""
    world = make_world(LOSS)
    set_password(world)
    assert change(world, *LIMIT, "-450")[0] == 0
    _, _, text = admin(world, "config", "check")
    before = risk_text(world)
    (world.folder / "config" / RISK).unlink()
    (world.folder / "config" / RISK).mkdir()
    code, _, errors = admin(world, *LIMIT, "-400", "--password-stdin")
    assert code != 0, text
    assert "cannot be read" in errors
    (world.folder / "config" / RISK).rmdir()
    edit_risk(world, before)
    assert limit_of(world, "RULE-003") == "-450.00"


def test_s140_looking_changes_nothing(make_world):
    world = make_world(LOSS | {"max_contracts": max_contracts(5)})
    set_password(world)
    world.venue.fill("ES", 1)
    world.wait_seen("ES", 1)
    kept = "meta WHERE name LIKE 'config%'"
    tables = ("locks", "intents", "rule_memory", kept)
    before = {table: rows(world, f"SELECT * FROM {table}") for table in tables}
    assert before[kept] != []
    for words in (("config", "view"), ("rule", "list"), ("status",), ("config", "diff")):
        code, out, errors = admin(world, *words)
        assert (code, bool(out) or words[1:] == ("diff",)) == (0, True), errors
    assert {table: rows(world, f"SELECT * FROM {table}") for table in tables} == before


def test_s189_each_account_matures_at_its_own_reset(make_world):
    own = {"settings": {"reset_time": "17:00", "timezone": "America/Chicago"}}
    accounts = [{"account_id": 10001}, {"account_id": 10002, **own}]
    world = make_world(LOSS, accounts=accounts, start=at(10, 8, 30))
    set_password(world)
    code, answer = change(world, *LIMIT, "-800")
    assert (code, answer["effect"]) == (0, "pending")
    assert {row["account"]: row["at"][11:16] for row in answer["matures_at"]} == {
        10001: "21:00",
        10002: "22:00",
    }
    world.clock_to(at(10, 17, 0, 2))
    world.wait_for(lambda: limit_of(world, "RULE-003") == "-800.00", what="the first")
    assert limit_of(world, "RULE-003", 10002) == "-500.00"
    world.clock_to(at(10, 18, 0, 2))
    world.wait_for(lambda: limit_of(world, "RULE-003", 10002) == "-800.00", what="the second")


def test_an_override_counts_for_its_account_only(make_world):
    accounts = [{"account_id": 10001}, {"account_id": 10002}]
    world = make_world(LOSS, accounts=accounts)
    set_password(world)
    assert change(world, *LIMIT, "-300", "--account", "10002")[1]["effect"] == "active"
    assert limit_of(world, "RULE-003") == "-500.00"
    world.wait_for(lambda: limit_of(world, "RULE-003", 10002) == "-300.00", what="the override")
    assert data_of(world).joinpath("config-history").is_dir()


def test_an_account_that_leaves_the_file_stays_guarded_until_that_is_confirmed(make_world):
    accounts = [{"account_id": 10001}, {"account_id": 10002}]
    world = make_world(LOSS, accounts=accounts)
    set_password(world)
    path = world.folder / "config" / "accounts.yaml"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["monitored_accounts"][1]["enabled"] = False
    path.write_text(json.dumps(content), encoding="utf-8")
    world.restart()
    assert limit_of(world, "RULE-003", 10002) == "-500.00"
    assert "account 10002 is no longer enabled in accounts.yaml and stays guarded" in causes(world)
    code, answer = change(world, "config", "apply")
    assert (code, answer["effect"]) == (0, "pending")
    assert [row["account"] for row in answer["matures_at"]] == [10002]
    matures = datetime.fromisoformat(answer["matures_at"][0]["at"])
    world.clock_to(matures + timedelta(seconds=2))
    world.wait_for(lambda: not world.status(10002)["pending"], what="its reset")
    world.restart()
    assert world.status(10002)["state"] == "NOT WATCHED"


def test_s208_a_stop_ends_the_daemon_only_while_nothing_is_at_stake(make_world):
    """The command that the service's tool sends; it needs the password and the word."""
    world = make_world(LOSS)
    set_password(world)
    asked = {"command": "stop", "password": PASSWORD, "word": "STOP"}
    run = [world.folder / "run"]
    assert send_command(run, asked | {"word": ""})["problem"] == "word"
    world.venue.lose("MNQ", 50)
    world.wait_sum("-50")
    assert send_command(run, asked)["effect"] == "pending"
    assert send_command(run, asked | {"cancel": True})["ok"]
    world.restart()
    world.clock_to(at(10, 18, 0))
    world.wait_for(lambda: send_command(run, asked)["effect"] == "active", what="a free day")
    assert world.daemon.wait_end() == 0
