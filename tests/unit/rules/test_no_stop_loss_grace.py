"""RULE-008 NoStopLossGrace: every worked example, and what protects (S48 to S55, S91, S136)."""

from datetime import timedelta

import pytest

from risk_manager.domain.orders import OrderKind, OrderStatus
from risk_manager.domain.records import Level
from risk_manager.rules.no_stop_loss_grace import NoStopLossGrace
from tests.support.grace import Watched, grace, stop
from tests.support.limits import loss
from tests.support.make import NOW, OTHER, order, position
from tests.support.stage import Stage, market

CLOSED = ["close MNQ"]
BELOW = stop(-1, "20950")


def test_nothing_at_29_9_and_closed_at_30():
    watched = Watched()
    assert [watched.look(t) for t in (10, 29.9, 30)] == [[], [], CLOSED]


@pytest.mark.parametrize(
    ("size", "found", "price", "wanted"),
    [
        (1, stop(-1, "20950"), "21000", []),
        (1, stop(-1, "21010"), "21030", []),
        (1, stop(-1, "21030"), "21030", CLOSED),
        (1, stop(-1, "21040"), "21030", CLOSED),
        (1, stop(-1, "21029.75"), "21030", []),
        (1, stop(1, "20950"), "21000", CLOSED),
        (1, order("MNQ", -1), "21000", CLOSED),
        (1, order("MNQ", -1, OrderKind.MARKET), "21000", CLOSED),
        (-1, stop(-1, "20950"), "21000", CLOSED),
        (-1, stop(1, "21050"), "21000", []),
        (-1, stop(1, "21000"), "21000", CLOSED),
        (1, stop(-1, "20950", OrderKind.STOP_LIMIT), "21000", []),
        (1, stop(-1, None, OrderKind.TRAILING_STOP), "21000", []),
        (1, stop(-1, "21040", OrderKind.TRAILING_STOP), "21030", CLOSED),
        (2, stop(-1, "20950"), "21000", ["MNQ to 1"]),
        (2, stop(-3, "20950"), "21000", []),
        (3, stop(-3, "20950", filled=1), "21000", ["MNQ to 2"]),
        (-3, stop(2, "21050"), "21000", ["MNQ to 2"]),
        (1, stop(-1, "20950", name="MES"), "21000", CLOSED),
    ],
)
def test_what_protects_at_the_deadline(size, found, price, wanted):
    watched = Watched(size)
    watched.stage.quote("MNQ", price)
    assert watched.look(29.9, found) == []
    assert watched.look(30, found) == wanted


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (OrderStatus.NONE, []),
        (OrderStatus.OPEN, []),
        (OrderStatus.PENDING, []),
        (OrderStatus.PENDING_CANCELLATION, CLOSED),
        (OrderStatus.SUSPENDED, []),
    ],
)
def test_which_statuses_protect(status, wanted):
    watched = Watched()
    watched.stage.quote("MNQ", "21000")
    assert watched.look(30, stop(-1, "20950", status=status)) == wanted
    later = CLOSED if status is OrderStatus.SUSPENDED else wanted
    assert watched.look(31) == later


@pytest.mark.parametrize(
    ("price", "known"), [("20999.75", True), ("21000", False), ("21010", False)]
)
def test_without_a_price_only_a_stop_on_the_loss_side_is_sure(price, known):
    watched = Watched()
    assert watched.look(30, stop(-1, price)) == []
    assert watched.look(60) == []
    value, cause = watched.stage.status("RULE-008")
    assert (value is not None, cause is None) == (known, known)
    alarmed = any(notice.level is Level.ALARM for notice in watched.stage.step.notices)
    assert alarmed is not known
    watched.stage.quote("MNQ", "20990")
    assert watched.look(61) == ([] if known else CLOSED)


@pytest.mark.parametrize(
    ("steps", "closed"),
    [
        ([(10, BELOW)], []),
        ([(5, BELOW), (12, None)], [42]),
        ([(5, BELOW), (12, None), (20, BELOW), (25, None)], [42]),
        ([(5, BELOW), (12, None), (20, BELOW), (50, None)], [65]),
        ([(5, BELOW), (12, None), (20, BELOW), (50, None), (59, BELOW)], []),
        ([(5, BELOW), (40, None)], [70]),
        ([(5, BELOW), (40, None), (55, BELOW)], []),
        ([(5, BELOW), (29, None)], [59]),
    ],
)
def test_s136_s175_a_lost_stop(steps, closed):
    watched = Watched()
    watched.stage.quote("MNQ", "21000")
    assert watched.looks(steps) == closed


def test_the_whole_size_or_any_stop():
    watched = Watched(2, one=grace(require_full_size=False))
    assert watched.look(60, BELOW) == []
    assert watched.look(61, None) == []
    assert [watched.look(90.9), watched.look(91)] == [[], CLOSED]


def test_lots_have_clocks_of_their_own_and_the_oldest_are_covered_first():
    watched = Watched(1)
    watched.look(20, BELOW, size=2)
    assert [watched.look(t) for t in (30, 49.9, 50.1)] == [[], [], ["MNQ to 1"]]
    assert watched.look(51, size=1) == []
    watched.look(60, size=3)
    assert [watched.look(t) for t in (89.9, 90.1)] == [[], ["MNQ to 1"]]


def test_the_expired_lot_goes_and_the_newer_one_keeps_its_time():
    watched = Watched(1)
    watched.look(20, size=2)
    assert watched.look(30) == ["MNQ to 1"]
    assert [watched.look(t, size=1) for t in (31, 49.9, 50.1)] == [[], [], CLOSED]


def test_a_reduction_before_the_deadline_restarts_no_clock():
    """Adding and selling one contract again and again leaves the first clock running."""
    watched = Watched(1)
    for t in (5, 15, 25):
        watched.look(t, size=2)
        watched.look(t + 3, size=1)
    assert watched.look(30) == CLOSED


def test_what_is_under_way_is_not_asked_for_twice():
    watched = Watched(2)
    assert watched.look(30, BELOW) == ["MNQ to 1"]
    watched.stage.flying = dict.fromkeys((row.contract_id for row in watched.held()), 1)
    assert watched.look(31) == []
    assert watched.look(62, None) == []
    assert watched.look(93) == CLOSED


def test_s91_a_flip_is_a_new_position():
    watched = Watched(2)
    watched.look(20, size=-1)
    assert [watched.look(t) for t in (49.9, 50.1)] == [[], CLOSED]


def test_a_day_lock_leaves_it_nothing_to_do():
    watched = Watched(1)
    stage = Stage(grace(), loss(), shared=watched.stage.market)
    assert stage.fill("MNQ", 1) == []
    stage.fill("MNQ", -1, "-600")
    stage.wait(60)
    assert "close MNQ" not in stage.restored([position("MNQ", 1, opened=NOW)])


def test_accounts_are_kept_apart():
    shared = market()
    one, other = Stage(grace(), shared=shared), Stage(grace(), shared=shared, account=OTHER)
    since = NOW - timedelta(seconds=40)
    assert one.restored([position("MNQ", 1, opened=since)]) == CLOSED
    covered = [stop(-1, "20950", account=OTHER)]
    assert other.restored([position("MNQ", 1, opened=since, account=OTHER)], covered) == []


@pytest.mark.parametrize(
    "keys",
    [{"grace_period_seconds": 0}, {"regrace_interval_seconds": -1}, {"replace_gap_seconds": -1},
     {"grace_period_seconds": 30.5}, {"enforcement": "lock"}, {"require_full_size": "yes"}],
)  # fmt: skip
def test_a_section_that_cannot_be_meant_is_refused(keys):
    with pytest.raises(ValueError, match=next(iter(keys))):
        grace(**keys)


def test_it_sets_no_lock_and_says_its_grace():
    assert (NoStopLossGrace.sets_lock, grace().describe_limit()) == (False, "a stop within 30 s")
