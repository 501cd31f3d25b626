"""The ledger of the whole daemon: a day with a lock, a lost hub, a crash and another limit."""

import json

from risk_manager.ledger.verify import verify
from risk_manager.utils.clock import MachineClock
from tests.integration.scenarios.tools import data_of, edit_risk, wait_enforced, wait_hubs
from tests.integration.world.admin import admin, change, set_password
from tests.integration.world.settings import daily_loss, max_contracts
from tests.unit.ledger.shelf import run_alone

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}


def lines(world):
    """The lines of the ledger: kind and data."""
    found = []
    for path in sorted((data_of(world) / "ledger").glob("ledger-*.jsonl")):
        found += [json.loads(line) for line in path.read_bytes().splitlines()]
    return found


def of_kind(world, kind):
    return [line["data"] for line in lines(world) if line["kind"] == kind]


def check(world):
    """Both verifiers find it whole."""
    folder = data_of(world) / "ledger"
    assert verify(folder).findings == []
    assert run_alone(folder).returncode == 0


def test_what_was_decided_and_done_is_in_the_ledger(make_world):
    world = make_world(RULES)
    venue = world.venue
    venue.fill("MNQ", 6)
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    venue.fill("MNQ", 2, 20_000)
    venue.fill("MNQ", -2, 19_700)
    world.wait_lock("003")
    venue.fault("close", "both", count=2, params={"error": "bye"})
    wait_hubs(world, "down")
    wait_hubs(world, "up")
    world.daemon.stop()
    check(world)
    kinds = [line["kind"] for line in lines(world)]
    assert kinds[:2] == ["file", "start"]
    assert kinds[-1] == "stop"
    breaches = of_kind(world, "breach")
    assert [breach["rule"] for breach in breaches] == ["RULE-001", "RULE-003"]
    assert breaches[0]["reason"] == "6 of 5 contracts"
    (action,) = [row for row in of_kind(world, "action") if row["action"] == "CLOSE_POSITION"][:1]
    (result,) = [row for row in of_kind(world, "result") if row["key"] == action["key"]]
    assert (action["rule"], result["outcome"]) == ("RULE-001", "DONE")
    (lock,) = of_kind(world, "lock")
    assert (lock["event"], lock["rule"], lock["scope"]) == ("set", "RULE-003", "account")
    blind = [gap["event"] for gap in of_kind(world, "gap") if gap["cause"] == "user hub lost"]
    assert blind[-2:] == ["began", "ended"]


def test_a_crash_is_a_gap_and_another_limit_a_change(make_world):
    # The start's lines have the machine's time and the engine's the venue's: here one and the same.
    world = make_world(RULES, start=MachineClock().wall())
    world.kill()
    edit_risk(world, json.dumps(RULES | {"daily_realized_loss": daily_loss(-400)}))
    world.guard()
    world.daemon.stop()
    check(world)
    kinds = [line["kind"] for line in lines(world) if line["kind"] != "lock"]
    assert [kind for kind in kinds if kind in {"start", "config", "stop"}] == [
        "start", "config", "start", "config", "stop",
    ]  # fmt: skip
    (crash,) = [gap for gap in of_kind(world, "gap") if "did not end" in gap["cause"]]
    assert 0 <= crash["seconds"] < 60
    first, change = of_kind(world, "config")
    assert (first["account"], first["from"]) == ("10001", None)
    assert change["from"] == first["to"] != change["to"]
    assert [start["config"] for start in of_kind(world, "start")] == [{}, {"10001": first["to"]}]


def test_a_change_while_it_runs_and_a_wrong_password_are_lines(make_world):
    world = make_world(RULES)
    set_password(world)
    before = of_kind(world, "config")[-1]
    assert change(world, "rule", "set", "3", "limit", "-400", password="not this one")[0] == 6
    code, answer = change(world, "rule", "set", "3", "limit", "-400")
    assert (code, answer["effect"]) == (0, "active")
    wrong = admin(world, "password", "--password-stdin", "--new-password-stdin", given="no\nno\n")
    assert wrong[0] == 6
    world.daemon.stop()
    assert admin(world, "password", "--password-stdin", given="still not\n")[0] == 6
    check(world)
    after = of_kind(world, "config")[-1]
    assert (after["from"], after["account"]) == (before["to"], "10001")
    assert after["to"] != before["to"]
    # A right password between them begins the count anew; after the stop the tool writes itself.
    assert [row["tries"] for row in of_kind(world, "password")] == [1, 1, 2]


def test_a_torn_line_is_repaired_in_the_open(make_world):
    world = make_world(RULES)
    world.daemon.stop()
    (path,) = (data_of(world) / "ledger").glob("ledger-*.jsonl")
    with path.open("ab") as file:
        file.write(b'{"at":"2026-03-09T')
    world.guard()
    world.daemon.stop()
    check(world)
    (torn,) = of_kind(world, "gap")
    assert (torn["cause"], torn["bytes"]) == ("torn line", 18)


def test_a_ledger_that_cannot_be_written_does_not_stop_the_guard(make_world):
    world = make_world(RULES, started=False)
    folder = data_of(world)
    folder.mkdir(exist_ok=True)
    (folder / "ledger").write_text("a file where the folder belongs", encoding="utf-8")
    world.guard()
    status = world.daemon.status()
    assert status is not None
    assert any("ledger failing: cannot be opened" in cause for cause in status["causes"])
    world.provoke(lambda: world.venue.fill("MNQ", 6))
    world.wait_net("MNQ", 0)
