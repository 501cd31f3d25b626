"""RULE-008 on stops that go, wake late or are told late (S54, S91, S98, S127, S136, S173-S175)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.integration.scenarios.tools import causes
from tests.integration.world.entry import PRICE, Entry, entered, market, wait_covered
from tests.integration.world.sent import READ_ORDERS, READ_POSITIONS
from tests.integration.world.settings import grace, pause

RULE = {"no_stop_loss_grace": grace()}
SUSPENDED = "/api/Order/v2/query"
NEVER_MS = 10**7
BRACKET = {
    "stopLossBracket": {"ticks": -400, "type": 4},
    "takeProfitBracket": {"ticks": 400, "type": 1},
}


def stop(world, size=-1):
    """The trader places a stop and the daemon has seen it."""
    placed = world.venue.order("MNQ", size, "stop", PRICE - 100)
    wait_covered(world, "MNQ", 1)
    return placed


def drop(entry, order):
    """The trader cancels the stop and the daemon has seen it; the second at which it went."""
    entry.world.venue.cancel(order)
    gone = entry.now()
    wait_covered(entry.world, "MNQ", 0)
    return gone


def lost(entry, *spans):
    """A stop from the first to the second instant of each span; when each really went.

    A step of the clock takes the daemon up to two seconds to follow.
    """
    seconds = []
    for start, end in spans:
        entry.to(start)
        placed = stop(entry.world)
        entry.to(end)
        seconds.append(drop(entry, placed))
    return seconds


def test_s54_a_cancelled_stop_gives_a_fresh_grace(make_world):
    world = make_world(RULE)
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    (gone,) = lost(entry, (5, 40))
    entry.to(gone + 26)
    assert entry.closes() == []
    entry.wait_closed(gone + 30, early=1)


def test_s54_a_stop_replaced_in_time_protects(make_world):
    world = make_world(RULE)
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    lost(entry, (5, 40))
    entry.to(55)
    stop(world)
    entry.stays_beyond(75)


def test_s136_within_the_interval_there_is_no_second_fresh_grace(make_world):
    world = make_world(RULE)
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    first, second = lost(entry, (5, 12), (20, 25))
    assert second + 15 < first + 30
    entry.to(first + 26)
    assert entry.closes() == []
    entry.wait_closed(first + 30, early=1)


@pytest.mark.parametrize("replaced", [True, False])
def test_s175_within_the_interval_there_is_the_gap_to_replace(make_world, replaced):
    world = make_world(RULE)
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    _, gone = lost(entry, (5, 12), (20, 50))
    entry.to(gone + 9)
    assert entry.closes() == []
    if replaced:
        stop(world)
        entry.stays_beyond(gone + 18)
    else:
        entry.wait_closed(gone + 15, early=1)


def test_s98_a_bracket_whose_children_wake_protects(make_world):
    world = make_world(RULE)
    market(world, "MNQ")
    world.venue.order("MNQ", 1, "market", **BRACKET)
    world.wait_seen("MNQ", 1)
    wait_covered(world, "MNQ", 1)
    Entry(world, "MNQ").stays_beyond(33)


def test_s98_a_child_that_stays_suspended_is_asked_for_once_more(make_world):
    world = make_world(RULE, exchange={"activation_delay_ms": NEVER_MS})
    market(world, "MNQ")
    world.venue.order("MNQ", 1, "market", **BRACKET)
    world.wait_seen("MNQ", 1)
    entry = Entry(world, "MNQ")
    entry.to(26)
    entry.wait_closed(31)
    assert len(world.venue.requests(SUSPENDED, after=entry.after)) >= 2
    world.wait_net("MNQ", 0)
    world.wait_for(lambda: not world.venue.book().alive(), what="the children gone")


def test_s174_a_half_filled_bracket_is_decided_five_seconds_late(make_world):
    world = make_world(RULE, exchange={"partial_lot": 1})
    venue = world.venue
    market(world, "MNQ")
    venue.control("clock", speed=0)
    venue.order("MNQ", 2, "limit", PRICE - 10, **BRACKET)
    venue.control("clock", advance_s=1)
    venue.price("MNQ", PRICE - 11)
    venue.price("MNQ", PRICE)
    venue.control("clock", speed=1)
    world.wait_seen("MNQ", 1)
    entry = Entry(world, "MNQ")
    entry.to(26)
    world.wait_for(lambda: "suspended at the broker" in causes(world), 8, "an alarm")
    assert entry.closes() == []
    entry.wait_closed(35)
    assert len(venue.requests(SUSPENDED, after=entry.after)) >= 5


def test_s173_an_answer_to_an_earlier_request_decides_nothing(make_world):
    world = make_world(RULE)
    venue = world.venue
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    entry.to(24)
    venue.fault("rest_delay", READ_POSITIONS, count=1, params={"delay_s": 5})
    before = venue.last_seq()
    venue.tell("Order", {"id": "not understood", "accountId": 10001})
    (early,) = world.wait_for(lambda: venue.requests(READ_ORDERS, after=before), what="a read")
    assert early.at < entry.opened + timedelta(seconds=28)
    venue.order("MNQ", -1, "stop", PRICE - 100, silent=True)
    venue.control("clock", set=(entry.opened + timedelta(seconds=29.5)).isoformat())
    entry.stays_beyond(38)


def test_s91_a_flip_is_a_new_position(make_world):
    world = make_world(RULE)
    market(world, "MNQ")
    entry = entered(world, "MNQ", 2)
    entry.to(20)
    world.venue.fill("MNQ", -3)
    world.wait_seen("MNQ", -1)
    entry.to(33)
    assert entry.closes() == []
    second = Entry(world, "MNQ")
    second.to(26)
    second.wait_closed(30)
    world.wait_net("MNQ", 0)


def test_s127_it_protects_what_a_cooldown_keeps(make_world):
    world = make_world({**RULE, "cooldown_after_loss": pause()})
    venue = world.venue
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    placed = stop(world)
    venue.result("-150")
    world.wait_lock("007")
    entry.to(10)
    gone = drop(entry, placed)
    entry.to(gone + 26)
    assert entry.closes() == []
    entry.wait_closed(gone + 30, early=1)
    world.wait_net("MNQ", 0)
    assert Decimal(world.status()["realized_pnl"]) < -140
