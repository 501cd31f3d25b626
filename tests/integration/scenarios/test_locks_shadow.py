"""Rules that only watch (S150, S151; S204 without the unlock)."""

import json
import subprocess
import sys

from tests.integration.world.prices import open_at, quote, wait_open
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, max_contracts


def run_status(world, *options):
    """`risk-manager trader status` as a trader calls it."""
    folders = ["--config", str(world.folder / "config"), "--data", str(world.folder / "data")]
    command = [sys.executable, "-m", "risk_manager", "trader", "status", *options, *folders]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_s150_global_shadow_records_and_sends_nothing(make_world):
    world = make_world({"global": {"mode": "shadow"}, "daily_realized_loss": daily_loss()})
    venue = world.venue
    assert "mode=shadow" in world.daemon.lines[0]
    venue.fill("ES", 1)
    venue.lose("MNQ", 550)
    world.wait_sum("-550")
    world.wait_for(lambda: "would have" in world.daemon.last_words(), what="an alarm")
    world.quiet(0.5)
    assert venue.net("ES") == 1
    assert world.locks() == []
    rows = world.status()["enforcements"]
    assert [(row["rule"], row["outcome"]) for row in rows] == [("RULE-003", "SHADOW")]
    answer = run_status(world, "--json")
    assert json.loads(answer.stdout)["status"] == "SHADOW"
    assert answer.returncode == 3
    assert "SHADOW" in run_status(world).stdout


def test_s151_one_rule_in_shadow_beside_one_that_enforces(make_world):
    world = make_world(
        {
            "max_contracts": max_contracts(5, rule_mode="shadow"),
            "daily_realized_loss": daily_loss(),
        }
    )
    venue = world.venue
    world.tolerated(lambda: venue.fill("ES", 6), "ES", 6)
    rows = world.status()["enforcements"]
    assert [(row["rule"], row["outcome"]) for row in rows] == [("RULE-001", "SHADOW")]
    world.provoke(lambda: venue.lose("MNQ", 550), paths=[CLOSE])
    world.wait_lock("003")
    world.wait_net("ES", 0)


def test_s204_a_winner_is_not_closed_for_what_the_day_has_lost(make_world):
    """RULE-003 in shadow stands for one whose lock was lifted: the day is lost, no lock is left."""
    floating = {"enabled": True, "limit": 300, "scope": "per_position"}
    lost = daily_loss(include_unrealized=True, rule_mode="shadow")
    world = make_world({"daily_realized_loss": lost, "daily_unrealized_loss": floating})
    venue = world.venue
    venue.lose("ES", 550)
    world.wait_sum("-550")
    open_at(world, 1)
    quote(venue, 21020)
    wait_open(world, 40)
    world.quiet(1.5)
    assert (venue.net("MNQ"), world.locks()) == (1, [])
    world.provoke(lambda: quote(venue, 20850), paths=[CLOSE])
    world.wait_net("MNQ", 0)
