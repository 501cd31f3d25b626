"""RULE-012 as a whole: stops placed, moved and followed (S70, S71, S145, S148, S156, S172)."""

import time
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.integration.scenarios.tools import rows, wait_enforced, whole
from tests.integration.world.prices import open_at, quote
from tests.integration.world.sent import CANCEL, MODIFY, PLACE, READ_ORDERS, READ_POSITIONS
from tests.integration.world.settings import frequency, grace, managed
from tests.integration.world.steps import wait_orders

BREAKEVEN = {"trade_management": managed({})}
TRAIL = {"trade_management": managed(None, {})}


def stops(world, symbol="MNQ"):
    """The stops alive at the venue: size and price, oldest first."""
    found = world.venue.book().alive(world.venue.id(symbol))
    return [(row["size"], Decimal(str(row["stopPrice"]))) for row in found]


def wait_stops(world, *wanted, symbol="MNQ", within=5.0):
    """Wait until these are the stops alive."""
    rightly = [(size, Decimal(str(price))) for size, price in wanted]
    world.wait_for(lambda: stops(world, symbol) == rightly, within, f"stops {wanted}")


def looked_between(world, after, sent):
    """Orders and then positions were read after `after` and before this request."""
    reads = world.venue.requests(READ_ORDERS, READ_POSITIONS, after=after)
    paths = [one.path for one in reads if one.seq < sent.seq]
    return READ_POSITIONS in paths[paths.index(READ_ORDERS) :]


def test_s70_breakeven_places_or_moves_and_leaves_what_is_tighter(make_world):
    world = make_world(BREAKEVEN)
    venue = world.venue
    open_at(world, 1)
    open_at(world, 1, symbol="MES")
    open_at(world, 1, symbol="NQ")
    moved = venue.order("MES", -1, "stop", 20990)
    for symbol in ("MNQ", "MES", "NQ"):
        quote(venue, "21002.25", symbol)
    kept = venue.order("NQ", -1, "stop", 21001)
    wait_orders(world, moved, kept)
    world.quiet(1)
    before = venue.last_seq()
    for symbol in ("MNQ", "MES", "NQ"):
        quote(venue, "21002.50", symbol)
    wait_stops(world, (1, 21000))
    wait_stops(world, (1, 21000), symbol="MES")
    world.wait_idle()
    (placed,) = venue.requests(PLACE)
    assert (placed["type"], placed["side"], placed["size"]) == (4, 1, 1)
    assert 0 < len(placed["customTag"]) <= 60
    assert looked_between(world, before, placed)
    assert [r["orderId"] for r in venue.requests(MODIFY)] == [moved]
    assert stops(world, "NQ") == [(1, 21001)]
    assert {e["outcome"] for e in wait_enforced(world)} == {"DONE"}


def test_s71_the_trail_follows_at_most_once_a_second_and_goes_with_the_position(make_world):
    world = make_world(TRAIL)
    venue = world.venue
    open_at(world, 1, 5800, symbol="ES")
    quote(venue, 5805, "ES")
    wait_stops(world, (1, "5802.50"), symbol="ES")
    quote(venue, 5810, "ES")
    wait_stops(world, (1, "5807.50"), symbol="ES")
    quote(venue, 5808, "ES")
    before = venue.last_seq()
    world.quiet(2, after=before)
    for tick in range(1, 6):
        quote(venue, 5810 + tick * Decimal("0.25"), "ES")
        time.sleep(0.1)
    wait_stops(world, (1, "5808.75"), symbol="ES")
    changes = [r.mono for r in venue.requests(MODIFY, after=before)]
    assert len(changes) <= 2
    # A second between the sends; on the wire one may take a moment longer than the next.
    assert all(later - one >= 0.9 for one, later in pairwise(changes))
    venue.fill("ES", -1)
    wait_stops(world, symbol="ES")
    assert len(venue.requests(CANCEL)) == 1
    world.check_sides("ES")


@pytest.mark.parametrize("kind", ["lose_before", "lose_after"])
def test_s145_a_place_without_an_answer_leads_to_one_stop(make_world, kind):
    world = make_world(BREAKEVEN)
    venue = world.venue
    open_at(world, 1)
    venue.fault(kind, PLACE, count=1, params={"hang_s": 10})
    quote(venue, "21002.50")
    wait_stops(world, (1, 21000), within=12)
    world.quiet(6.5, after=venue.requests(PLACE)[-1].seq)
    assert len(venue.requests(PLACE)) == (1 if kind == "lose_after" else 2)
    assert len({r["customTag"] for r in venue.requests(PLACE)}) == 1
    assert stops(world) == [(1, 21000)]


def test_s148_the_stop_has_the_size_the_look_shows(make_world):
    world = make_world(BREAKEVEN)
    venue = world.venue
    open_at(world, 2)
    venue.fault("rest_delay", READ_ORDERS, count=3, params={"delay_ms": 400})
    quote(venue, "21002.50")
    venue.fill("MNQ", -1, silent=True)
    wait_stops(world, (1, 21000))
    assert [r["size"] for r in venue.requests(PLACE)] == [1]
    quote(venue, "20999")
    world.wait_net("MNQ", 0)
    world.check_sides("MNQ")


def test_s156_under_a_cooldown_there_is_no_second_stop(make_world):
    rules = {
        **BREAKEVEN,
        "trade_frequency_limit": frequency(per_minute=1),
        "no_stop_loss_grace": grace(),
    }
    world = make_world(rules)
    venue = world.venue
    open_at(world, 2)
    number = venue.order("MNQ", -3, "stop", 20990)
    wait_orders(world, number)
    venue.result("-10")
    world.wait_lock("006")
    quote(venue, "21002.50")
    wait_stops(world, (2, 21000))
    world.wait_idle()
    assert (venue.requests(PLACE), venue.requests(CANCEL)) == ([], [])
    assert {r["orderId"] for r in venue.requests(MODIFY)} == {number}
    assert venue.net("MNQ") == 2


def test_s172_a_stop_that_is_tighter_at_the_broker_is_not_loosened(make_world):
    world = make_world(BREAKEVEN)
    venue = world.venue
    open_at(world, 1)
    number = venue.order("MNQ", -1, "stop", 20990)
    wait_orders(world, number)
    quote(venue, 21002)
    venue.fault("drop", "GatewayUserOrder", for_s=5)
    venue.control("order/modify", accountId=10001, orderId=number, stopPrice=21001, silent=True)
    before = venue.last_seq()
    quote(venue, "21002.50")
    world.wait_for(lambda: venue.requests(READ_ORDERS, after=before), what="a look")
    world.quiet(2, after=before)
    assert stops(world) == [(1, 21001)]


def test_a_crash_keeps_the_best_price_and_the_stop_is_known_again(make_world):
    world = make_world(TRAIL)
    venue = world.venue
    open_at(world, 2)
    quote(venue, 21010)
    wait_stops(world, (2, "21007.50"))
    world.wait_idle()
    world.kill()
    venue.fill("MNQ", -1)
    quote(venue, 21009)
    world.guard()
    wait_stops(world, (1, "21007.50"))
    kept = dict(rows(world, "SELECT key, value FROM rule_memory WHERE rule_id = 'RULE-012'"))
    assert kept[venue.id("MNQ")].endswith("|21010")
    venue.fill("MNQ", -1)
    wait_stops(world)
    assert len(venue.requests(PLACE)) == 1


def test_in_shadow_it_only_says_so(make_world):
    world = make_world({"trade_management": managed({}, rule_mode="shadow")})
    open_at(world, 1)
    quote(world.venue, "21002.50")
    world.wait_for(
        lambda: [e for e in world.status()["enforcements"] if e["outcome"] == "SHADOW"],
        what="a shadow record",
    )
    world.quiet(2)
    assert "would have placed a stop" in world.status()["enforcements"][0]["reason"]
    assert whole(world)["ready"]
