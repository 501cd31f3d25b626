"""RULE-005 as a whole: open profit (S34, S35, S37, S197)."""

import pytest

from tests.integration.world.prices import open_at, quote, wait_open
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_profit


def open_profit(limit=1000, **keys):
    """RULE-005 for each position alone."""
    section = {"enabled": True, "limit": limit, "scope": "per_position", **keys}
    return {"max_unrealized_profit": section}


def closed_by(world, act):
    """Do something that must close MNQ, and nothing else."""
    sent = world.provoke(act, paths=[CLOSE])
    assert sent["contractId"] == world.venue.id("MNQ")
    world.wait_net("MNQ", 0)
    world.wait_idle()
    assert len(world.venue.closes()) == 1
    assert world.locks() == []


def test_s34_a_tick_short_is_free_the_target_closes_that_contract(make_world):
    world = make_world(open_profit())
    venue = world.venue
    open_at(world, 1, 5800, "ES")
    open_at(world, 2)
    quote(venue, 21100)
    quote(venue, "21249.75")
    wait_open(world, 999)
    world.quiet(0.2)
    closed_by(world, lambda: quote(venue, 21250))
    assert venue.net("ES") == 1


@pytest.mark.parametrize("crash", [False, True])
def test_s35_a_gain_given_back_is_closed_also_after_a_restart(make_world, crash):
    world = make_world(open_profit(None, mode="breakeven", breakeven_arm_profit=100))
    venue = world.venue
    open_at(world, 1)
    quote(venue, "21049.50")
    wait_open(world, 99)
    quote(venue, 21000)
    wait_open(world, 0)
    world.quiet(0.2)
    quote(venue, 21050)
    wait_open(world, 100)
    world.restart(crash=crash)
    quote(venue, 21010)
    wait_open(world, 20)
    world.quiet(0.2)
    closed_by(world, lambda: quote(venue, 21000))


def test_s37_the_profit_that_completes_the_day_is_taken(make_world):
    world = make_world({**open_profit(), "daily_realized_profit": daily_profit(900)})
    venue = world.venue
    venue.result("800.00")
    world.wait_sum("800")
    open_at(world, 1)
    quote(venue, "21049.75")
    wait_open(world, "99.5")
    world.quiet(0.2)
    world.provoke(lambda: quote(venue, 21050), paths=[CLOSE])
    world.wait_net("MNQ", 0)


def test_s37_a_daily_target_in_shadow_changes_nothing(make_world):
    daily = daily_profit(900, rule_mode="shadow")
    world = make_world({**open_profit(), "daily_realized_profit": daily})
    venue = world.venue
    venue.result("950.00")
    world.wait_sum("950")
    open_at(world, 1)
    quote(venue, 21005)
    wait_open(world, 10)
    world.quiet(0.3)
    assert world.locks() == []


def test_s197_a_rule_in_shadow_records_only(make_world):
    world = make_world(open_profit(mode="profit_target", rule_mode="shadow"))
    venue = world.venue
    open_at(world, 2)
    quote(venue, 21250)
    wait_open(world, 1000)
    world.quiet(0.3)
    told = [row for row in world.status()["enforcements"] if row["outcome"] == "SHADOW"]
    assert [row["rule"] for row in told] == ["RULE-005"]
    assert "would have acted" in world.daemon.said("would have acted")
