"""RULE-001 as a whole: contracts over all instruments (scenarios S01 to S05, S108, S113, S160)."""

import pytest

from tests.integration.world.sent import CLOSE, PARTIAL
from tests.integration.world.settings import max_contracts

REDUCE = {"close_all": False, "reduce_to_limit": True}


def test_s01_s02_net_limit_boundary_and_flatten(make_world):
    world = make_world({"max_contracts": max_contracts(5)}, started=False)
    venue = world.venue
    venue.fill("MNQ", 3)
    venue.fill("ES", 2)
    world.guard()
    world.wait_seen("ES", 2)
    world.quiet(0.2)
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    world.wait_net("ES", 0)
    world.wait_idle()
    assert [request.path for request in venue.actions()] == [CLOSE, CLOSE]
    assert world.locks() == []
    world.tolerated(lambda: venue.fill("MNQ", 1), "MNQ", 1)
    world.check_sides("MNQ", "ES")


@pytest.mark.parametrize(("count", "closed"), [("net", False), ("gross", True)])
def test_s03_net_hides_what_gross_counts(make_world, count, closed):
    world = make_world({"max_contracts": max_contracts(5, count_type=count)})
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 5), "MNQ", 5)
    if not closed:
        world.tolerated(lambda: venue.fill("ES", -3), "ES", -3)
        return
    world.provoke(lambda: venue.fill("ES", -3), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    world.wait_net("ES", 0)
    world.wait_idle()
    assert len(venue.actions()) == 2
    world.check_sides("MNQ", "ES")


def test_s04_s05_reduction_takes_the_excess_once(make_world):
    world = make_world({"max_contracts": max_contracts(3, **REDUCE)}, exchange=SLOW)
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 2), "MNQ", 2)
    sent = world.provoke(lambda: venue.fill("ES", 3), paths=[PARTIAL])
    assert (sent["contractId"], sent["size"]) == (venue.id("ES"), 2)
    for _ in range(2):
        venue.tell("Position", venue.book().position(venue.id("ES")))
    world.wait_net("ES", 1)
    world.wait_idle()
    world.quiet(0.5, after=sent.seq)
    assert venue.net("MNQ") == 2
    assert len(venue.actions()) == 1
    world.check_sides("MNQ", "ES")


def test_s108_every_size_and_both_stops_are_seen(make_world):
    world = make_world({"max_contracts": max_contracts(5)})
    venue = world.venue
    venue.fill("MNQ", 1)
    for size in (2, 3, 4):
        venue.fill("MNQ", 1)
        world.wait_seen("MNQ", size)
    stops = [venue.order("MNQ", -2, "stop", price) for price in (29000, 29000)]

    def both() -> bool:
        return {row["id"] for row in world.status()["orders"]} == set(stops)

    world.wait_for(both, what="two stops shown")
    world.quiet(0.1)


def test_s113_ten_micros_count_as_one(make_world):
    rule = max_contracts(5, count_type="gross", micro_equivalence=True, **REDUCE)
    world = make_world({"max_contracts": rule})
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 50), "MNQ", 50)
    sent = world.provoke(lambda: venue.fill("MNQ", 1), paths=[PARTIAL])
    assert sent["size"] == 1
    world.wait_net("MNQ", 50)
    world.wait_idle()
    assert len(venue.actions()) == 1


def test_s160_the_newest_position_gives_first(make_world):
    rule = max_contracts(5, count_type="gross", **REDUCE)
    world = make_world({"max_contracts": rule}, started=False)
    venue = world.venue
    venue.fill("MNQ", 4)
    venue.control("clock", advance_s=60)
    venue.fill("NQ", -3)
    world.guard()
    world.wait_net("NQ", -1)
    world.wait_idle()
    (sent,) = venue.actions()
    assert (sent.path, sent["contractId"], sent["size"]) == (PARTIAL, venue.id("NQ"), 2)
    assert venue.net("MNQ") == 4
    world.check_sides("MNQ", "NQ")


def test_s03_reduction_on_the_dominant_side_only(make_world):
    """Rules, RULE-001, last row: long 8 MNQ, short 2 ES, limit 5: MNQ closed by 1."""
    world = make_world({"max_contracts": max_contracts(5, **REDUCE)})
    venue = world.venue
    venue.fill("ES", -2)
    world.wait_seen("ES", -2)
    sent = world.provoke(lambda: venue.fill("MNQ", 8), paths=[PARTIAL])
    assert (sent["contractId"], sent["size"]) == (venue.id("MNQ"), 1)
    world.wait_net("MNQ", 7)
    world.wait_idle()
    assert venue.net("ES") == -2


SLOW = {"close_delay_ms": 300}
"""A venue that fills closes late enough for events to arrive in between."""
