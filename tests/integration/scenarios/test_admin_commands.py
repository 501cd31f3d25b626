"""The commands of the admin tool on a running daemon: what they print, change and return."""

import json

from tests.integration.world.admin import PASSWORD, admin, change, limit_of, set_password
from tests.integration.world.settings import daily_loss, max_contracts

NOW = ("--type", "APPLY")
CONFIG = {"daily_realized_loss": daily_loss(), "max_contracts": max_contracts(5)}


def looked(world, *words):
    code, out, errors = admin(world, *words, "--json")
    assert code == 0, errors
    return json.loads(out)


def test_rules_are_listed_shown_switched_and_set(make_world):
    world = make_world(CONFIG)
    set_password(world)
    rows = {row["rule"]: row for row in looked(world, "rule", "list")["rules"]}
    assert len(rows) == 13
    assert (rows["RULE-003"]["file"], rows["RULE-011"]["file"]) == ("on", "absent")
    assert list(looked(world, "rule", "show", "3")["active"].values()) == ["-500.00"]
    assert change(world, "rule", "disable", "RULE-001")[1]["effect"] == "pending"
    assert change(world, "rule", "enable", "max_contracts")[1]["effect"] == "none"
    assert change(world, "rule", "set", "003", "limit", "-450.50")[1]["effect"] == "active"
    assert limit_of(world, "RULE-003") == "-450.50"
    code, _, errors = admin(world, "rule", "enable", "RULE-099")
    assert code == 2
    assert "unknown rule" in errors


def test_values_are_read_set_and_removed(make_world):
    world = make_world(CONFIG)
    set_password(world)
    assert looked(world, "config", "get", "daily_realized_loss.limit")["value"] == "-500"
    assert change(world, "config", "set", "global.on_rule_error", "lock")[1]["effect"] == "active"
    assert looked(world, "config", "get", "global.on_rule_error")["value"] == "lock"
    assert change(world, "config", "unset", "global.on_rule_error")[1]["effect"] == "pending"
    assert admin(world, "config", "get", "global.on_rule_error")[0] == 1
    assert looked(world, "config", "check")["ok"]
    (row,) = looked(world, "pending", "list")["pending"]
    assert change(world, "pending", "cancel", str(row["id"]))[0] == 0
    world.wait_for(lambda: not looked(world, "pending", "list")["pending"], what="nothing waits")
    assert change(world, "pending", "cancel", "99")[0] == 8


def test_what_was_can_be_taken_again(make_world):
    world = make_world(CONFIG)
    set_password(world)
    first = change(world, "rule", "set", "003", "limit", "-450")[1]["hash"]
    change(world, "rule", "set", "003", "limit", "-400")
    rows = looked(world, "config", "history")["history"]
    assert [row["hash"] for row in rows][-1] == first
    assert change(world, "config", "rollback", first)[1]["effect"] == "pending"
    assert limit_of(world, "RULE-003") == "-400.00"
    assert change(world, "config", "preset", "topstep-50k", *NOW)[1]["effect"] == "pending"
    assert change(world, "config", "rollback", "ffffffff")[0] == 2


def test_lists_and_accounts(make_world):
    world = make_world(CONFIG)
    set_password(world)
    assert change(world, "symbol", "block", "EP", *NOW)[1]["effect"] == "active"
    assert [lock["scope"] for lock in looked(world, "lockouts")["locks"]] == ["ES"]
    assert change(world, "symbol", "unblock", "ES")[1]["effect"] == "pending"
    assert change(world, "holiday", "add", "2026-12-23", "--close", "12:00")[0] == 0
    assert looked(world, "holiday", "list")["holidays"] == [
        {"date": "2026-12-23", "close": "12:00"}
    ]
    assert change(world, "holiday", "remove", "2026-12-23")[0] == 0
    assert change(world, "account", "edit", "10001", "--nickname", "combine")[0] == 0
    wanted = ("--set", "daily_realized_loss.limit=-300")
    assert change(world, "account", "edit", "combine", *wanted)[1]["effect"] == "active"
    (row,) = looked(world, "account", "list")["accounts"]
    assert (row["nickname"], row["overrides"]) == ("combine", ["daily_realized_loss"])
    assert limit_of(world, "RULE-003") == "-300.00"


def test_unlock_needs_policy_and_word_and_no_daemon_is_exit_5(make_world):
    world = make_world(CONFIG)
    set_password(world)
    world.venue.lose("MNQ", 500)
    world.wait_lock("003")
    assert change(world, "unlock", "account", "003")[0] == 2
    assert change(world, "unlock", "account", "003", "--type", "UNLOCK")[0] == 8
    new = ("password", "--password-stdin", "--new-password-stdin")
    assert admin(world, *new, given=f"{PASSWORD}\nanother horse\n")[0] == 0
    assert change(world, "config", "reload")[0] == 6
    assert change(world, "config", "reload", password="another horse")[0] == 0
    world.daemon.stop()
    assert change(world, "config", "reload")[0] == 5
    assert admin(world, "status")[0] == 5
