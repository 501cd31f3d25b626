"""Ceilings of RULE-006's cooldown, kept by fills (S116, S176, S177, S179, S181, S212)."""

import pytest

from tests.integration.world.sent import CLOSE, PARTIAL, READ_TRADES
from tests.integration.world.settings import frequency

RULE = {"trade_frequency_limit": frequency()}


def churn(world, times=3, symbol="ES"):
    """So many entry orders, each closed at once."""
    for _ in range(times):
        world.venue.fill(symbol, 1)
        world.venue.fill(symbol, -1)
    world.venue.control("clock", advance_s=3)


def locked(make_world, size=1, **more):
    """A world in which the fourth entry of the minute brought `size` MNQ."""
    world = make_world(RULE, **more)
    churn(world)
    world.venue.fill("MNQ", size)
    world.wait_lock("006")
    world.wait_seen("MNQ", size)
    return world


def test_s116_a_ceiling_falls_with_a_reduction_and_does_not_rise(make_world):
    world = locked(make_world, 3)
    venue = world.venue
    venue.fill("MNQ", -2)
    sent = world.provoke(lambda: venue.fill("MNQ", 2), paths=[CLOSE, PARTIAL])
    assert (sent.path, sent["size"]) == (PARTIAL, 2)
    world.wait_net("MNQ", 1)
    world.wait_idle()
    assert len(venue.closes()) == 1


@pytest.mark.parametrize("late", ["Trade", "Position"])
def test_s176_the_causing_orders_fills_stay(make_world, late):
    world = make_world(RULE, exchange={"partial_lot": 1})
    venue = world.venue
    churn(world)
    venue.fault("delay", f"GatewayUser{late}", params={"delay_s": 0.1})
    venue.order("MNQ", 3, "market")
    world.wait_lock("006")
    world.wait_seen("MNQ", 3)
    world.wait_reads()
    assert venue.closes("MNQ") == []
    venue.clear_faults()
    sent = world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE, PARTIAL])
    assert (sent.path, sent["size"]) == (PARTIAL, 1)
    world.wait_net("MNQ", 3)


def test_s181_what_the_causing_order_reversed_into_stays(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.fill("MNQ", 2)
    churn(world, 2)
    world.wait_seen("MNQ", 2)
    venue.fill("MNQ", -4)
    world.wait_lock("006")
    world.wait_seen("MNQ", -2)
    world.wait_reads()
    assert venue.closes("MNQ") == []
    assert venue.net("MNQ") == -2


def ceiling(world):
    """What the lock lets stay."""
    return world.status()["locks"][0]["ceiling"]


def test_s177_late_reports_lower_no_ceiling(make_world):
    world = locked(make_world, 3)
    venue = world.venue
    row = venue.book().position(venue.id("MNQ"))
    for size in (2, 3):
        venue.tell("Position", {**row, "size": size})
        world.wait_seen("MNQ", size)
    world.wait_reads()
    assert venue.closes() == []
    assert ceiling(world) == {venue.id("MNQ"): 3}


def test_s179_a_size_without_its_trade_is_explained_first(make_world):
    world = locked(make_world, 2)
    venue = world.venue
    venue.fault("drop", "GatewayUserTrade")
    after = venue.last_seq()
    sent = world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE, PARTIAL])
    assert (sent.path, sent["size"]) == (PARTIAL, 1)
    reads = [row for row in venue.requests(READ_TRADES, after=after) if row.seq < sent.seq]
    assert reads, "fills are read before the decision"
    world.wait_net("MNQ", 2)


def test_s212_an_exits_trade_that_comes_late_is_not_counted_twice(make_world):
    world = locked(make_world, 3)
    venue = world.venue
    venue.fault("delay", "GatewayUserTrade", params={"delay_s": 2.5})
    venue.fill("MNQ", -1)
    world.wait_seen("MNQ", 2)
    world.wait_reads(1)
    world.wait_for(lambda: ceiling(world) == {venue.id("MNQ"): 2}, what="the lower ceiling")
    world.quiet(3.0)
    assert ceiling(world) == {venue.id("MNQ"): 2}
