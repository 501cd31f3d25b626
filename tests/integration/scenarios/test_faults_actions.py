"""Closes, reduces and cancels that fail, hang or lose their answers (S06, S75, S77, S106, S126)."""

from itertools import pairwise

import pytest

from tests.integration.scenarios.tools import causes, wait_enforced, whole
from tests.integration.world.sent import CANCEL, CLOSE, PARTIAL, READ_ORDERS, READ_POSITIONS
from tests.integration.world.settings import daily_loss, max_contracts, per_instrument
from tests.integration.world.waiting import wait_until

FLATTEN = {"max_contracts": max_contracts(5)}
REDUCE = {"max_contracts_per_instrument": per_instrument({"MNQ": 2, "MES": 2})}
LOSS = {"daily_realized_loss": daily_loss()}
RULES = {CLOSE: (FLATTEN, 6, 0), PARTIAL: (REDUCE, 3, 2)}
"""Rule, size that breaks it, size that must be left."""


def breach(make_world, path, kind, **how):
    """A breach whose first request meets a fault; returns the world."""
    rules, size, _ = RULES[path]
    world = make_world(rules)
    world.venue.fault(kind, path, count=1, **how)
    world.provoke(lambda: world.venue.fill("MNQ", size), paths=[path])
    return world


def finished(world, path) -> None:
    """The venue's book shows the wanted size, reached from one side, and nothing follows."""
    world.wait_net("MNQ", RULES[path][2], within=10)
    wait_enforced(world)
    world.check_sides("MNQ")
    world.quiet(0.5, after=world.venue.last_seq())
    assert world.venue.net("MNQ") == RULES[path][2]


@pytest.mark.parametrize(("path", "status"), [(CLOSE, 429), (CLOSE, 500), (PARTIAL, 429)])
def test_s06_an_odd_status_is_followed_by_a_look_and_one_repeat(make_world, path, status):
    world = breach(make_world, path, "rest_status", params={"status": status})
    finished(world, path)
    first, second = world.venue.closes()
    assert (first.status, second.status) == (status, 200)
    assert first.body == second.body
    between = world.venue.requests(READ_ORDERS, READ_POSITIONS, after=first.seq)
    assert [r.path for r in between if r.seq < second.seq][-1:] == [READ_POSITIONS]
    assert second.mono - first.mono < 3.5


@pytest.mark.parametrize("path", RULES)
def test_s77_a_hanging_call_is_given_up_after_two_seconds(make_world, path):
    world = breach(make_world, path, "lose_before", params={"hang_s": 30})
    venue = world.venue
    venue.fill("MES", 1)
    world.wait_seen("MES", 1)  # other events are handled meanwhile
    assert len(venue.closes()) == 1
    world.wait_net("MNQ", RULES[path][2], within=10)
    first, second = venue.closes()
    assert 1.9 < second.mono - first.mono < 3.5
    looks = venue.requests(READ_POSITIONS, after=first.seq)
    assert any(first.mono + 1.9 < look.mono and look.seq < second.seq for look in looks)
    finished(world, path)


@pytest.mark.parametrize("path", RULES)
def test_a_connection_that_breaks_before_the_call_is_carried_out(make_world, path):
    world = breach(make_world, path, "lose_before")
    finished(world, path)
    assert len(world.venue.closes()) == 2


@pytest.mark.parametrize(("path", "hang"), [(CLOSE, 0), (CLOSE, 30), (PARTIAL, 0)])
def test_s126_a_lost_answer_is_read_back_not_repeated(make_world, path, hang):
    world = breach(make_world, path, "lose_after", params={"hang_s": hang})
    finished(world, path)
    assert len(world.venue.closes()) == 1


REFUSALS = [(3, "no"), (7, "busy"), (99, "never heard of")]


@pytest.mark.parametrize(("code", "text"), REFUSALS)
def test_a_refused_close_is_tried_again(make_world, code, text):
    rejected = code == 3
    params = {"errorCode": code, "errorMessage": text}
    world = breach(make_world, CLOSE, "rest_refuse", params=params)
    if rejected:
        wait_until(lambda: f"code {code}" in causes(world), what="the refusal in the status")
        assert whole(world)["status"] == "DEGRADED"
        world.quiet(0.5, after=world.venue.closes()[0].seq)  # its turn is after ten seconds
        return
    finished(world, CLOSE)
    assert len(world.venue.closes()) == 2


def test_s106_already_flat_is_a_success(make_world):
    world = make_world(FLATTEN)
    world.venue.fault("rest_delay", CLOSE, count=1, params={"delay_s": 0.3})
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.venue.fill("MNQ", -6)  # the trader is faster
    (line,) = wait_enforced(world)
    assert (line["outcome"], world.venue.close_orders("MNQ")) == ("ALREADY", [])
    world.quiet(0.5, after=world.venue.closes()[0].seq)
    assert "RULE-001" not in causes(world), "a success: nothing to tell"
    world.check_sides("MNQ")


def test_a_close_that_goes_on_failing_is_repeated_at_growing_intervals(make_world):
    world = make_world(FLATTEN)
    fault = world.venue.fault("rest_status", CLOSE, params={"status": 500})
    world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    wait_until(lambda: len(world.venue.closes()) >= 3, 12, "three tries")
    gaps = [b.mono - a.mono for a, b in pairwise(world.venue.closes())]
    assert 0.8 < gaps[0] < 2
    assert 1.6 < gaps[1] < 3.5
    world.venue.control("fault/clear", id=fault)
    finished(world, CLOSE)


CANCEL_FAULTS = [
    ("rest_status", {"status": 500}),
    ("rest_status", {"status": 429}),
    ("lose_before", {}),
    ("lose_after", {}),
    ("rest_refuse", {"errorCode": 5}),
]


@pytest.mark.parametrize(("kind", "params"), CANCEL_FAULTS)
def test_a_cancel_that_fails_is_repeated_until_the_order_is_gone(make_world, kind, params):
    world = make_world(LOSS)
    venue = world.venue
    order = venue.order("MES", 1, "limit", 1000)
    world.wait_for(lambda: world.status()["orders"])
    venue.fault(kind, CANCEL, count=1, params=params)
    world.provoke(lambda: venue.lose("MNQ", 520), paths=[CANCEL])
    wait_until(lambda: not venue.book().alive(), 8, "no order alive")
    assert venue.book().order(order)["status"] == 3
    cancels = len(venue.requests(CANCEL))
    assert cancels == (1 if kind == "lose_after" else 2)
    world.quiet(0.5, after=venue.last_seq())


def test_hanging_cancels_do_not_hold_up_a_close(make_world):
    world = make_world(LOSS)
    venue = world.venue
    for step in range(10):
        venue.order("MES", 1, "limit", 1000 + step)
    world.wait_for(lambda: len(world.status()["orders"]) == 10)
    venue.fault("lose_before", CANCEL, count=10, params={"hang_s": 2})
    venue.fault("lose_before", READ_ORDERS, count=5, params={"hang_s": 2})
    venue.lose("MNQ", 520)
    world.wait_lock("003")
    world.provoke(lambda: venue.fill("ES", 1), paths=[CLOSE])
    world.wait_net("ES", 0, within=1)


def test_everything_answers_429_for_a_while(make_world):
    world = make_world(FLATTEN)
    world.venue.fault("rest_status", "*", for_s=2, params={"status": 429})
    begun = world.provoke(lambda: world.venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_net("MNQ", 0, within=12)
    assert begun.status == 429
    assert len(world.venue.closes()) <= 4
    wait_enforced(world)
    wait_until(lambda: "last read failed" not in causes(world), what="good reads")
