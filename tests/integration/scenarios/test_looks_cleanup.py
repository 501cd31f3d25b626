"""Stops, legs and leftovers (S104, S105, S155 to S157, S163, S167)."""

import pytest

from risk_manager.gateway_sim import rest_positions, rest_reply
from tests.integration.world.sent import CANCEL, CLOSE, MODIFY, READ_POSITIONS
from tests.integration.world.settings import daily_loss, per_instrument, session, window
from tests.integration.world.steps import (
    STOP_AND_TARGET,
    at,
    cancelled,
    lock_day,
    wait_orders,
    wait_status,
)

LOSS = {"daily_realized_loss": daily_loss()}
MNQ_2 = {"max_contracts_per_instrument": per_instrument({"MNQ": 2})}
KEEP = {
    "session_block_outside": session(window("09:30", "16:00"), close_positions_at_session_end=False)
}


def working(venue, symbol="MNQ"):
    """Remaining sizes of the alive stops of a symbol."""
    rows_ = venue.book().alive(venue.id(symbol))
    return [row["size"] - row["fillVolume"] for row in rows_ if row["type"] == 4]


def test_s104_a_leg_that_fills_after_the_close_is_closed_too(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.order("ES", 2, "market", **STOP_AND_TARGET)
    world.wait_seen("ES", 2)
    world.wait_for(lambda: working(venue, "ES") == [2], what="a working stop")
    venue.fault("rest_delay", CANCEL, count=2, params={"delay_s": 0.6})
    world.provoke(lambda: venue.lose("MNQ", 500), paths=[CLOSE])
    world.wait_net("ES", 0)
    world.wait_for(lambda: cancelled(venue), what="the legs on their way out")
    venue.price("ES", 7580)
    world.wait_net("ES", -2)
    world.wait_net("ES", 0)
    world.wait_for(lambda: not venue.book().alive(), what="no order alive")
    assert venue.close_orders("ES") == [2, 2]
    world.wait_reads(2)
    assert not venue.book().alive()
    assert venue.net("ES") == 0


def test_s105_a_stop_is_cut_not_cancelled_after_a_reduction(make_world):
    world = make_world(MNQ_2, started=False)
    venue = world.venue
    venue.fill("MNQ", 3)
    stop = venue.order("MNQ", -3, "stop", 29000)
    limit = venue.order("MNQ", -2, "limit", 30000)
    world.guard()
    world.wait_net("MNQ", 2)
    world.wait_for(lambda: working(venue) == [2], what="a stop of 2")
    world.wait_idle()
    world.quiet(0.5, after=venue.last_seq())
    assert [(r["orderId"], r["size"]) for r in venue.requests(MODIFY)] == [(stop, 2)]
    assert venue.book().order(limit)["size"] == 2
    assert not cancelled(venue)
    world.check_sides("MNQ")


def test_s163_one_of_three_stops_is_surplus(make_world):
    world = make_world(MNQ_2, started=False)
    venue = world.venue
    venue.fill("MNQ", 3)
    stops = [venue.order("MNQ", -1, "stop", 29000) for _ in range(3)]
    world.guard()
    world.wait_net("MNQ", 2)
    world.wait_for(lambda: working(venue) == [1, 1], what="two stops")
    world.wait_idle()
    (request,) = venue.requests(CANCEL)
    assert request["orderId"] == stops[2], "the newest one"
    reduction = venue.closes()[0]
    looks = [r for r in venue.requests(READ_POSITIONS) if reduction.seq < r.seq < request.seq]
    assert looks


@pytest.mark.parametrize("cancel_children", [True, False])
def test_s155_only_the_parent_of_a_resting_bracket_is_cancelled(make_world, cancel_children):
    world = make_world(LOSS)
    venue = world.venue
    parent = venue.order("ES", 2, "limit", 7000, **STOP_AND_TARGET)
    wait_orders(world, parent)
    children = [r["id"] for r in venue.book().alive() if r.get("parentOrderId") == parent]
    assert len(children) == 2
    if not cancel_children:
        venue.inside.orphan(parent)
    lock_day(world)
    wait_status(world, parent, 3)
    if cancel_children:
        world.quiet(1.0, after=venue.last_seq())
        # A read that overtakes the venue's events may still ask for the legs, never first.
        assert cancelled(venue)[0] == parent
        assert not venue.book().alive()
    else:
        # This venue forgets the legs: they go once the parent is known to be over, unfilled.
        world.wait_for(lambda: not venue.book().alive(), 8, "no order alive")
        assert cancelled(venue)[0] == parent
        assert set(cancelled(venue)) == {parent, *children}


def keep(world, size, *orders):
    """Pass the end of the session with a position and orders that stay."""
    venue = world.venue
    venue.fill("MNQ", size)
    placed = [venue.order("MNQ", -count, "stop", 29000) for count in orders]
    world.wait_seen("MNQ", size)
    wait_orders(world, *placed)
    world.clock_to(at(10, 16, 0, 1))
    world.wait_lock("009")
    return placed


def test_s156_s157_oversize_is_cut_while_locked(make_world):
    """With the lock of RULE-009 that keeps exposure; a cooldown works the same way."""
    world = make_world(KEEP, start=at(10, 15, 59))
    venue = world.venue
    (stop,) = keep(world, 2, 3)
    world.wait_for(lambda: working(venue) == [2], 8, "the stop cut to 2")
    assert not cancelled(venue)
    second = venue.order("MNQ", -2, "stop", 28900)
    world.wait_for(lambda: working(venue) == [2], 8, "stops of 2 together")
    assert venue.book().order(stop)["status"] == 1
    assert venue.book().order(second)["status"] == 3
    assert venue.net("MNQ") == 2
    assert not venue.closes()


def test_s167_a_kept_stop_survives_one_empty_list(make_world, monkeypatch):
    world = make_world(KEEP, start=at(10, 15, 59))
    venue = world.venue
    (stop,) = keep(world, 2, 2)
    hidden = [1]
    real = rest_reply.envelope

    def envelope(*codes, **members):
        if members.get("positions") and hidden:
            members["positions"] = []
            hidden.clear()
        return real(*codes, **members)

    monkeypatch.setattr(rest_positions, "envelope", envelope)
    before = venue.last_seq()
    venue.fault("close", "user", params={"allowReconnect": True})
    world.wait_for(lambda: not hidden, what="the empty list read")
    world.wait_for(lambda: len(venue.requests(READ_POSITIONS, after=before)) >= 2, 3, "a second")
    world.quiet(0.5, after=before)
    assert venue.book().order(stop)["status"] == 1
    assert world.shown("MNQ") == 2
