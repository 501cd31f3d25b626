"""Killed at any point: the same locks, sums and counters; enforcement finished once (S24, S25)."""

import threading

import pytest

from tests.integration.scenarios.tools import rows, stored_locks, wait_enforced
from tests.integration.world.sent import CANCEL, CLOSE, PARTIAL, READ_POSITIONS
from tests.integration.world.settings import daily_loss, max_contracts, per_instrument
from tests.integration.world.waiting import wait_until

LOSS = {"daily_realized_loss": daily_loss()}
FOR_EVER = {"hang_s": 60}


def lose_with_a_position(venue) -> None:
    """A loss of 600, with one MNQ still open."""
    venue.fill("MNQ", 2, 20_000)
    venue.fill("MNQ", -1, 19_700)


def asked(world, path):
    """Wait until the daemon has asked this of the venue."""
    return wait_until(lambda: world.venue.requests(path), what=path)


def test_s24_killed_after_the_lock_and_before_the_close(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.fault("lose_before", CLOSE, count=1, params=FOR_EVER)
    lose_with_a_position(venue)
    asked(world, CLOSE)
    world.kill()
    assert venue.net("MNQ") == 1
    (lock,) = stored_locks(world)
    assert lock[1:4] == ("account", "RULE-003", "until_reset")
    after = venue.last_seq()
    daemon = world.launch()
    close = wait_until(lambda: venue.closes(after=after), what="the close")[0]
    assert daemon.wait_ready().startswith("READY")
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    assert [r.seq for r in venue.closes(after=after)] == [close.seq]
    assert stored_locks(world) == [lock]
    world.wait_sum(str(venue.book().realized()))
    world.check_sides("MNQ")


def test_s24_the_close_does_not_wait_for_ready(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.fault("lose_before", CLOSE, count=1, params=FOR_EVER)
    lose_with_a_position(venue)
    asked(world, CLOSE)
    world.kill()
    venue.fault("close", "both", for_s=30)  # no hub, so it cannot get ready
    daemon = world.launch()
    world.wait_net("MNQ", 0)
    assert daemon.lines == []
    venue.clear_faults()
    daemon.wait_ready()


def test_s25_killed_after_the_close_took_effect(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.fault("lose_after", CLOSE, count=1, params=FOR_EVER)
    lose_with_a_position(venue)
    world.wait_net("MNQ", 0)
    world.kill()
    (lock,) = stored_locks(world)
    after = venue.last_seq()
    world.guard()
    world.wait_sum(str(venue.book().realized()))
    world.quiet(1.2, after=after)
    assert stored_locks(world) == [lock]
    assert world.locks()[0][:2] == ("003", "account")
    assert rows(world, "SELECT count(*) FROM intents WHERE ended_at IS NULL") == [(0,)]
    world.check_sides("MNQ")


@pytest.mark.parametrize("milliseconds", [0, 3, 8, 20])
def test_killed_at_any_moment_of_an_enforcement(make_world, milliseconds):
    world = make_world(LOSS, exchange={"close_delay_ms": 8})
    venue = world.venue
    venue.order("MNQ", 1, "limit", 15_000)
    world.wait_for(lambda: world.status()["orders"])
    lose_with_a_position(venue)
    threading.Event().wait(milliseconds / 1000)
    world.kill()
    ended = rows(world, "SELECT id FROM intents WHERE ended_at IS NOT NULL")
    world.guard()
    lock_end = world.wait_lock("003")
    world.wait_net("MNQ", 0)
    wait_until(lambda: not venue.book().alive(), what="the entry order's end")
    if not ended:  # what was over is not told again; its line may be lost with the last moment
        wait_enforced(world)
    world.wait_sum(str(venue.book().realized()))
    world.check_sides("MNQ")
    assert len(stored_locks(world)) == 1
    after = venue.last_seq()
    world.restart(crash=True)
    world.quiet(0.3, after=after)
    assert world.locks() == [("003", "account", lock_end)]
    world.wait_sum(str(venue.book().realized()))


def test_s186_a_reduce_of_the_last_run_is_decided_afresh(make_world):
    limits = per_instrument({"MNQ": 2})
    world = make_world({"max_contracts_per_instrument": limits})
    venue = world.venue
    venue.fault("lose_before", PARTIAL, count=1, params=FOR_EVER)
    venue.fill("MNQ", 3)
    asked(world, PARTIAL)
    world.kill()
    venue.fill("MNQ", 1)
    after = venue.last_seq()
    world.guard()
    world.wait_net("MNQ", 2)
    wait_enforced(world)
    assert [r["size"] for r in venue.closes(after=after)] == [2]
    assert rows(world, "SELECT outcome FROM intents WHERE id = 1") == [("dropped at start",)]


def test_s186_a_close_of_a_dead_position_is_dropped(make_world):
    world = make_world({"max_contracts": max_contracts(5)})
    venue = world.venue
    venue.fault("lose_before", CLOSE, count=1, params=FOR_EVER)
    venue.fill("MNQ", 6)
    asked(world, CLOSE)
    world.kill()
    venue.fill("MNQ", -6)  # the trader closed it himself and began a new one
    venue.fill("MNQ", 1)
    after = venue.last_seq()
    world.guard()
    world.wait_seen("MNQ", 1)
    world.quiet(1.2, after=after)
    assert venue.net("MNQ") == 1


def test_a_close_without_lock_is_resumed_for_its_position(make_world):
    world = make_world({"max_contracts": max_contracts(5)})
    venue = world.venue
    venue.fault("lose_before", CLOSE, count=1, params=FOR_EVER)
    venue.fill("MNQ", 6)
    asked(world, CLOSE)
    world.kill()
    venue.fill("MNQ", -4)  # no breach any more, but the same position
    after = venue.last_seq()
    world.guard()
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    assert len(venue.closes(after=after)) == 1


def test_killed_between_two_cancels(make_world):
    world = make_world(LOSS)
    venue = world.venue
    for price in (15_000, 15_100, 15_200):
        venue.order("MNQ", 1, "limit", price)
    world.wait_for(lambda: len(world.status()["orders"]) == 3)
    venue.fault("lose_before", CANCEL, count=2, params=FOR_EVER)
    lose_with_a_position(venue)
    wait_until(lambda: len(venue.requests(CANCEL)) == 3, what="three cancels")
    world.kill()
    world.guard()
    wait_until(lambda: not venue.book().alive(), what="no order alive")
    world.wait_net("MNQ", 0)


def test_killed_while_starting(make_world):
    world = make_world(LOSS, started=False)
    venue = world.venue
    lose_with_a_position(venue)
    fault = venue.fault("rest_delay", READ_POSITIONS, params={"delay_s": 60})
    world.launch()
    asked(world, READ_POSITIONS)
    world.kill()
    venue.control("fault/clear", id=fault)
    world.guard()
    world.wait_lock("003")
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    world.check_sides("MNQ")
