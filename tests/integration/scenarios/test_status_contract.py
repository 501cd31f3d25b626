"""What the status says, and that asking for it changes nothing."""

import json
from decimal import Decimal

import psutil
import pytest

from tests.integration.scenarios.tools import (
    causes,
    data_of,
    pid_of,
    rows,
    stored_locks,
    trader,
    wait_enforced,
    wait_word,
    whole,
)
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, max_contracts, session, window
from tests.integration.world.waiting import wait_until

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
MEMBERS = {
    "schema", "at", "age_s", "status", "causes", "tier", "mode", "clock", "ready", "hubs",
    "last_reconcile_at", "blind_s_today", "accounts",
}  # fmt: skip
ACCOUNT_MEMBERS = {
    "id", "name", "state", "can_trade", "trading_day", "next_reset_at", "realized_pnl",
    "unrealized_pnl", "positions", "orders", "session", "headroom", "locks", "rules",
    "enforcements",
}  # fmt: skip


def test_the_json_has_every_promised_member(make_world):
    world = make_world(RULES)
    world.venue.fill("MNQ", 2)
    world.venue.order("MNQ", -2, "stop", 20000)
    world.wait_seen("MNQ", 2)
    world.wait_for(lambda: world.status()["positions"][0]["covered"] == 2)
    world.wait_for(lambda: world.status()["positions"][0]["unrealized_pnl"] is not None)
    done = trader(world, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer.keys() >= MEMBERS
    assert (answer["schema"], answer["status"], answer["tier"]) == (1, "MONITORED", 1)
    assert (answer["ready"], answer["clock"], answer["mode"]) == (True, "trusted", "enforce")
    assert answer["hubs"] == {"user": "up", "market": "up"}
    assert answer["at"].endswith("Z")
    (account,) = answer["accounts"]
    assert account.keys() >= ACCOUNT_MEMBERS
    assert (account["id"], account["state"], account["can_trade"]) == (10001, "OK TO TRADE", True)
    assert account["trading_day"] == "2026-03-10"
    assert account["next_reset_at"] == "2026-03-10T21:00:00.000Z"
    (position,) = account["positions"]
    assert (position["symbol"], position["side"], position["size"]) == ("MNQ", "long", 2)
    assert Decimal(position["unrealized_pnl"]) == Decimal(account["unrealized_pnl"])
    assert {rule["rule"] for rule in account["rules"]} == {"RULE-001", "RULE-003"}
    (order,) = account["orders"]
    assert (order["symbol"], order["size"]) == ("MNQ", 2)
    assert account["headroom"] == [{"symbol": "MNQ", "contracts": 3, "rule": "RULE-001"}]
    lefts = {rule["rule"]: rule["left"] for rule in account["rules"]}
    assert lefts["RULE-001"] == {
        "amount": "3", "unit": "contracts", "of": None, "whole": "5",
    }  # fmt: skip
    assert lefts["RULE-003"] == {
        "amount": "500.00", "unit": "USD", "of": None, "whole": "500",
    }  # fmt: skip


def test_an_enforcement_is_told_with_its_reason_and_milliseconds(make_world):
    world = make_world(RULES)
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    (line,) = wait_enforced(world)
    assert (line["rule"], line["action"]) == ("RULE-001", "CLOSE_POSITION")
    assert line["contract"] == world.venue.id("MNQ")
    assert "6 of 5" in line["reason"]
    assert 0 < line["ms_to_request"] < 1000
    assert line["ms_to_request"] <= line["ms_to_flat"] < 5000


@pytest.mark.parametrize("form", ["envelope", "bare", "list"])
def test_s97_can_trade_is_shown(make_world, form):
    world = make_world(RULES)
    assert world.status()["can_trade"] is True
    world.venue.tell("Account", {"id": 10001, "canTrade": False}, form)
    wait_until(lambda: world.status()["can_trade"] is False, what="canTrade false")


def test_s97_can_trade_of_the_venue_and_of_other_accounts(make_world):
    world = make_world(RULES)
    world.venue.tell("Account", {"id": 99999, "canTrade": False})
    world.venue.control("account", accountId=10001, canTrade=False)
    wait_until(lambda: world.status()["can_trade"] is False, what="canTrade false")
    world.venue.control("account", accountId=10001, canTrade=True)
    wait_until(lambda: world.status()["can_trade"] is True, what="canTrade true")
    assert whole(world)["status"] == "MONITORED"


def test_s114_tier_one_says_who_can_stop_it(make_world):
    world = make_world(RULES)
    done = trader(world)
    assert done.returncode == 0
    assert "Development. Anyone at this PC can stop monitoring." in done.stdout
    assert "standard user" not in done.stdout
    assert whole(world)["tier"] == 1


def test_s134_a_daemon_that_does_not_answer_is_not_monitoring(make_world):
    world = make_world(RULES)
    process = psutil.Process(pid_of(world))
    process.suspend()
    try:
        done = trader(world, "--json")
    finally:
        process.resume()
    assert done.returncode == 5
    assert json.loads(done.stdout)["status"] == "NOT MONITORED"
    wait_word(world, "MONITORED")


def test_without_a_daemon_the_status_is_not_monitored(make_world):
    world = make_world(RULES)
    assert trader(world, "--json").returncode == 0
    world.kill()  # its files stay, what they say does not
    done = trader(world, "--json")
    assert done.returncode == 5
    assert json.loads(done.stdout)["status"] == "NOT MONITORED"
    assert trader(world, "--check", "trade").returncode == 5


def test_s140_asking_changes_nothing(make_world):
    world = make_world(RULES)
    venue = world.venue
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    world.wait_idle()
    locks, log = stored_locks(world), rows(world, "SELECT * FROM enforcement_log ORDER BY key")
    after = venue.last_seq()
    for words in (["--json"], [], ["--check", "guard"], ["--check", "trade"], ["--account", "x"]):
        trader(world, *words)
    assert world.locks() == [("003", "account", end)]
    assert stored_locks(world) == locks
    assert rows(world, "SELECT * FROM enforcement_log ORDER BY key") == log
    assert venue.actions(after=after) == []
    assert (data_of(world) / "state.db").exists()


def test_s209_exit_codes_of_a_locked_account_with_a_rule_in_shadow(make_world):
    shadow = session(window("09:30", "16:00"), rule_mode="shadow")
    world = make_world({"daily_realized_loss": daily_loss(), "session_block_outside": shadow})
    assert trader(world).returncode == 3  # something is in shadow
    assert trader(world, "--check", "trade").returncode == 0
    world.venue.lose("MNQ", 520)
    world.wait_lock("003")
    world.wait_idle()
    wait_word(world, "MONITORED")
    assert trader(world).returncode == 4
    assert trader(world, "--check", "guard").returncode == 3
    assert trader(world, "--check", "trade").returncode == 4


def test_an_account_that_is_not_enabled_is_shown_as_not_watched(make_world):
    accounts = [{"account_id": 10001}, {"account_id": 10002, "enabled": False}]
    world = make_world(RULES, accounts=accounts)
    assert world.daemon.lines[0].split()[3] == "accounts=10001"
    assert world.status(10002)["state"] == "NOT WATCHED"
    world.venue.fill("MNQ", 6, account=10002)
    world.quiet(0.3)
    assert "10002" not in causes(world)


def test_s66_a_blocked_account_is_guarded_and_shown_as_such(make_world):
    world = make_world(RULES, started=False)
    world.venue.control("account", accountId=10001, canTrade=False)
    world.guard()
    wait_until(lambda: world.status()["can_trade"] is False, what="canTrade false")
    world.venue.inside.tell("Account", {"id": 10001, "name": "no word about canTrade"})
    world.wait_reads()
    assert world.status()["can_trade"] is False
