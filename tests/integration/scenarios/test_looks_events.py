"""What events and looks make of each other (S72 to S74, S94, S168, S169, S177, S212)."""

from datetime import timedelta

import pytest

from risk_manager.gateway_sim.forms import FORMS
from tests.integration.world.sent import CLOSE, READ_POSITIONS
from tests.integration.world.settings import max_contracts, session, window
from tests.integration.world.steps import at, wait_orders

SECOND = timedelta(seconds=1)
LIMIT_5 = {"max_contracts": max_contracts(5)}
KEEP = {
    "session_block_outside": session(window("09:30", "16:00"), close_positions_at_session_end=False)
}


@pytest.mark.parametrize("late", ["GatewayUserTrade", "GatewayUserPosition"])
def test_s72_the_order_of_trade_and_position_does_not_matter(make_world, late):
    world = make_world(LIMIT_5)
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 5), "MNQ", 5)
    venue.fault("delay", late, count=1, params={"delay_s": 0.4})
    begun = venue.mono()
    venue.fill("MNQ", 1)
    world.wait_net("MNQ", 0)
    assert venue.closes()[0].mono - begun < 1.4
    world.wait_seen("MNQ", 0)
    world.wait_idle()
    assert venue.close_orders("MNQ") == [6]
    world.check_sides("MNQ")


def test_s73_what_is_over_stays_over(make_world):
    world = make_world(LIMIT_5)
    venue = world.venue
    limit = venue.order("MNQ", 1, "limit", 29000)
    other = venue.order("MNQ", 1, "limit", 28000)
    wait_orders(world, limit, other)
    alive = venue.book().order(limit)
    open_one = venue.book().order(other)
    venue.cancel(limit)
    world.wait_for(lambda: len(world.status()["orders"]) == 1, what="one order left")
    venue.tell("Order", alive)
    # A fill does not move the update time (observed on the real service).
    venue.tell("Order", {**open_one, "status": 2, "fillVolume": 1, "filledPrice": 28000})
    world.wait_for(lambda: world.status()["orders"] == [], what="no order shown")
    venue.tell("Order", open_one)
    venue.tell("Order", alive)
    wait_orders(world, venue.order("ES", 1, "limit", 7000))  # what came before it is digested
    shown = {row["symbol"] for row in world.status()["orders"]}
    assert shown == {"ES"}
    assert limit not in {row["id"] for row in world.status()["orders"]}


def test_s74_a_breach_while_the_hub_is_down_is_found_by_a_poll_once(make_world):
    world = make_world(LIMIT_5)
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 3), "MNQ", 3)
    hub = venue.fault("close", "user", for_s=40)
    world.wait_for(lambda: world.daemon.status()["hubs"]["user"] == "down", what="hub down")
    begun = venue.mono()
    venue.fill("MNQ", 3)
    world.wait_net("MNQ", 0, within=8)
    assert venue.closes()[0].mono - begun < 5.5
    before = venue.last_seq()
    venue.control("fault/clear", id=hub)
    world.wait_for(lambda: world.daemon.status()["hubs"]["user"] == "up", 12, "hub up")
    world.quiet(0.5, after=before)
    assert venue.close_orders("MNQ") == [6]


@pytest.mark.parametrize("form", sorted(FORMS))
def test_s94_every_form_of_an_event_gives_the_same_state(make_world, form):
    world = make_world(LIMIT_5, forms=FORMS[form])
    venue = world.venue
    venue.fill("MNQ", 2, 29500)
    venue.fill("MNQ", -1, 29450)
    order = venue.order("ES", 1, "limit", 7000)
    wait_orders(world, order)
    world.wait_seen("MNQ", 1)
    world.wait_sum("-100")
    world.provoke(lambda: venue.fill("MNQ", 5), paths=[CLOSE])
    world.wait_net("MNQ", 0)


def test_s168_a_dead_position_stays_dead(make_world):
    world = make_world(LIMIT_5)
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    row = venue.book().position(venue.id("MNQ"))
    venue.fill("MNQ", -3)
    world.wait_seen("MNQ", 0)
    older = {**row, "id": 77, "creationTimestamp": "2026-03-10T17:00:00+00:00"}
    for late in (row, older):
        before = venue.last_seq()
        venue.tell("Position", {**late, "size": 6})
        world.wait_for(lambda seq=before: venue.requests(READ_POSITIONS, after=seq), what="a look")
        world.quiet(0.3, after=before)
        assert len(venue.requests(READ_POSITIONS, after=before)) == 1
        assert world.shown("MNQ") == 0


def test_s169_an_old_event_is_looked_at_before_it_is_acted_on(make_world):
    world = make_world(LIMIT_5)
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 4), "MNQ", 4)
    world.clock_to(venue.book().now.replace(microsecond=0) + 20 * SECOND)
    before = venue.last_seq()
    venue.tell("Position", {**venue.book().position(venue.id("MNQ")), "size": 6})
    world.wait_for(lambda: venue.requests(READ_POSITIONS, after=before), what="a look")
    world.quiet(0.5, after=before)
    world.wait_seen("MNQ", 4)


def kept(world, size):
    """Pass the end of the session with a position that may stay."""
    world.venue.fill("MNQ", size)
    world.wait_seen("MNQ", size)
    world.clock_to(at(10, 16, 0, 1))
    world.wait_lock("009")


def ceiling(world):
    """The size of MNQ that the lock leaves."""
    locks = world.status()["locks"]
    return next(row["ceiling"] for row in locks if row["scope"] == "account").popitem()[1]


def test_s177_position_events_do_not_move_a_ceiling(make_world):
    """With the lock of RULE-009 that keeps exposure; a cooldown works the same way."""
    world = make_world(KEEP, start=at(10, 15, 59))
    venue = world.venue
    kept(world, 3)
    before = venue.last_seq()
    row = venue.book().position(venue.id("MNQ"))
    venue.tell("Position", {**row, "size": 2})
    venue.tell("Position", row)
    world.quiet(0.6, after=before)
    assert ceiling(world) == 3
    assert venue.net("MNQ") == 3


def test_s212_a_fill_in_the_look_is_not_counted_again(make_world):
    world = make_world(KEEP, start=at(10, 15, 59))
    venue = world.venue
    kept(world, 3)
    venue.fault("delay", "GatewayUserTrade", count=1, params={"delay_s": 2.5})
    before = venue.last_seq()
    venue.fill("MNQ", -1)
    world.wait_seen("MNQ", 2)
    world.wait_for(lambda: ceiling(world) == 2, 8, "the ceiling after a look")
    trade = venue.book().trades()[-1]
    venue.tell("Trade", trade)
    venue.tell("Trade", trade)
    world.quiet(3.0, after=before)
    assert ceiling(world) == 2
    assert venue.net("MNQ") == 2
