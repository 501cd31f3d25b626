"""S85: hours are recorded over a restart, and no rule notices."""

import json
from typing import Any

import pytest

from tests.integration.scenarios.tools import command, data_of, rows
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.steps import at

RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}


def clock(world, action: str, *words: str) -> tuple[int, dict[str, Any]]:
    """Clock in or out as a process of its own; exit code and the account's answer."""
    data = ["--data", str(data_of(world))]
    done = command("trader", f"clock-{action}", "--json", *data, *words, folder=world.folder)
    assert done.stderr == ""
    (answer,) = json.loads(done.stdout)["accounts"]
    return done.returncode, answer


@pytest.mark.parametrize("crash", [False, True])
def test_s85_a_stay_over_a_restart_has_its_right_duration(make_world, crash):
    world = make_world(RULES)
    code, begun = clock(world, "in")
    assert (code, begun["changed"], begun["presence"]["out_at"]) == (0, True, None)
    world.venue.fill("MNQ", 2)
    world.venue.fill("MNQ", -2)
    world.wait_net("MNQ", 0)
    world.restart(crash=crash)
    world.clock_to(at(10, 16))
    code, ended = clock(world, "out")
    assert (code, ended["changed"]) == (0, True)
    assert ended["duration_s"] == pytest.approx(2 * 3600, abs=20)
    assert ended["presence"]["in_at"] == begun["presence"]["in_at"]
    assert (ended["trades"], ended["fills"]) == (1, 2)


def test_s85_no_rule_notices(make_world):
    """The same breach, clocked out, in and out again: the same close, the same lock."""
    world = make_world(RULES)
    for action in ("in", "out"):
        world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
        world.wait_net("MNQ", 0)
        assert clock(world, action)[0] == 0
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    sql = "SELECT rule_id, action, reason FROM enforcement_log"
    world.wait_for(lambda: len(rows(world, sql)) == 3, what="three lines of the log")
    assert len(set(rows(world, sql))) == 1


def test_s85_in_while_in_and_out_while_out_change_nothing(make_world):
    world = make_world(RULES)
    code, answer = clock(world, "out")
    assert (code, answer["changed"], answer["presence"]) == (1, False, None)
    first = clock(world, "in")[1]
    code, again = clock(world, "in")
    assert (code, again["changed"]) == (0, False)
    assert again["presence"] == first["presence"]


def test_s85_a_forgotten_out_is_the_resets_and_is_flagged(make_world):
    world = make_world(RULES)
    clock(world, "in")
    world.pass_time_to(at(11, 10))
    code, answer = clock(world, "in")
    assert (code, answer["changed"]) == (0, True)
    assert answer["before"]["forgotten"] is True
    assert answer["before"]["out_at"] == "2026-03-10T21:00:00.000Z"


def test_s85_without_a_daemon_nothing_is_recorded(make_world):
    world = make_world(RULES, started=False)
    done = command("trader", "clock-in", "--data", str(data_of(world)), folder=world.folder)
    assert done.returncode == 5
    assert "no daemon" in done.stderr
    assert not (data_of(world) / "clock.db").exists()
