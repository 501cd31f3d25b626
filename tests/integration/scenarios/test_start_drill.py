"""The start proves that every rule acts; a broken one is named, and then nothing is guarded."""

from pathlib import Path

import pytest

from tests.integration.scenarios.tools import (
    causes,
    data_of,
    rows,
    run_to_end,
    said,
    wait_word,
    whole,
)
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import (
    daily_loss,
    daily_profit,
    frequency,
    grace,
    max_contracts,
    pause,
    per_instrument,
    session,
    window,
)

EVERY = {
    "max_contracts": max_contracts(5),
    "max_contracts_per_instrument": per_instrument({"MNQ": 6, "ES": 1}),
    "daily_realized_loss": daily_loss(),
    "daily_unrealized_loss": {"enabled": True, "limit": -300},
    "max_unrealized_profit": {"enabled": True, "limit": 900},
    "trade_frequency_limit": frequency(),
    "cooldown_after_loss": pause(),
    "no_stop_loss_grace": grace(),
    "session_block_outside": session(window("09:30", "16:00")),
    "auth_loss_guard": {"enabled": True},
    "symbol_blocks": {"enabled": True, "blocked_symbols": ["RTY"]},
    "daily_realized_profit": daily_profit(),
}
TABLES = ("trades", "intents", "enforcement_log", "rule_memory", "dead_positions", "contracts")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch):
    """Return a function that breaks one rule in the daemons of this test."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent / "broken"))

    def spoil(fault: str, section: str) -> None:
        monkeypatch.setenv("RISK_MANAGER_TEST_BROKEN", f"{fault} {section}")

    return spoil


def test_the_ready_line_counts_the_drill_and_it_leaves_no_trace(make_world):
    """Two accounts with every rule: nothing was sent, stored or shown of it."""
    world = make_world(EVERY, accounts=[{"account_id": 10001}, {"account_id": 10002}])
    count = len(EVERY)
    assert f" rules={count}/{count} " in world.daemon.lines[0]
    assert world.daemon.lines[0].endswith(f" drill={2 * count}/{2 * count}")
    assert world.venue.actions() == []
    assert world.locks() == [("011", "RTY", None)], "that of the configuration, none of the drill"
    (told,) = world.status()["enforcements"]
    assert (told["rule"], told["action"]) == ("RULE-011", "SET_SYMBOL_LOCKOUT")
    assert causes(world) == ""
    stored = {table: rows(world, f"SELECT * FROM {table}") for table in TABLES}
    assert {table for table, found in stored.items() if found} == {"enforcement_log"}
    assert "DRILL" not in (data_of(world) / "journal" / "events.jsonl").read_text("utf-8")
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])


@pytest.mark.parametrize("mode", ["enforce", "shadow"])
def test_s149_a_rule_that_hears_nothing_is_named_and_nothing_is_guarded(make_world, broken, mode):
    broken("deaf", "max_contracts")
    world = make_world(EVERY | {"global": {"mode": mode}}, started=False)
    ended = run_to_end(world)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "the drill failed" in ended.stderr
    assert "RULE-001 max_contracts of account 10001: it heard nothing" in ended.stderr
    assert "RULE-002 max" not in ended.stderr
    assert "Traceback" not in ended.stderr
    assert world.venue.actions() == []


@pytest.mark.parametrize("section", ["auth_loss_guard", "symbol_blocks"])
def test_s111_one_enabled_rule_that_does_not_load_ends_the_start(make_world, broken, section):
    broken("lost", section)
    ended = run_to_end(make_world(EVERY, started=False))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert f"could not be loaded: {section}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_s107_a_verb_nothing_carries_out_is_an_alarm_and_the_others_guard_on(make_world, broken):
    broken("verb", "max_contracts")
    rules = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}
    world = make_world(rules)
    world.venue.fill("MNQ", 6)
    wait_word(world, "DEGRADED")
    assert "RULE-001 failed: UnknownVerbError: nothing carries out a Hedge" in causes(world)
    (rule,) = [row for row in world.status()["rules"] if row["rule"] == "RULE-001"]
    assert rule["value"] is None
    assert "UnknownVerbError" in rule["unknown"]
    assert world.venue.actions() == []
    world.provoke(lambda: world.venue.lose("MNQ", 600), paths=[CLOSE])
    world.wait_lock("003")
    assert whole(world)["status"] == "DEGRADED"
    assert "Traceback" not in said(world)
