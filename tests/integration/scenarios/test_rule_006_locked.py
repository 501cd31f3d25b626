"""Under RULE-006's cooldown (S46, S47, S128, S129, S142, S154, S182)."""

from datetime import datetime, timedelta

import pytest

from tests.integration.world.book import to_ms
from tests.integration.world.sent import CANCEL, CLOSE, PARTIAL
from tests.integration.world.settings import daily_loss, frequency, max_contracts

RULE = {"trade_frequency_limit": frequency()}


def at(row):
    """The exchange time of a fill, to the millisecond."""
    return to_ms(datetime.fromisoformat(row["creationTimestamp"]))


def until(world):
    """The end of the lock."""
    return datetime.fromisoformat(world.wait_lock("006"))


def churn(world, times=3, symbol="ES"):
    """So many entry orders, each closed at once."""
    for _ in range(times):
        world.venue.fill(symbol, 1)
        world.venue.fill(symbol, -1)
    world.venue.control("clock", advance_s=3)


def test_s46_a_day_loss_during_a_cooldown_locks_the_day(make_world):
    world = make_world({**RULE, "daily_realized_loss": daily_loss()})
    churn(world)
    world.venue.fill("MNQ", 1)
    end = until(world)
    world.provoke(lambda: world.venue.result("-600"), paths=[CLOSE])
    assert world.wait_lock("003") == "2026-03-10T21:00:00.000Z"
    world.wait_net("MNQ", 0)
    world.clock_to(end + timedelta(seconds=1))
    assert world.locks() == [("003", "account", "2026-03-10T21:00:00.000Z")]


def test_s47_position_and_stop_stay_what_is_added_goes(make_world):
    world = make_world(RULE)
    venue = world.venue
    churn(world, 2)
    venue.fill("MNQ", 1)
    stop = venue.order("MNQ", -1, "stop", 20_000)
    entry = venue.order("NQ", 1, "limit", 20_000)
    world.wait_for(lambda: len(world.status()["orders"]) == 2, what="the orders shown")
    venue.control("clock", advance_s=3)
    sent = world.provoke(lambda: venue.fill("M2K", 1), paths=[CANCEL])
    assert sent["orderId"] == entry
    venue.control("clock", advance_s=3)
    sent = world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE, PARTIAL])
    assert (sent.path, sent["contractId"], sent["size"]) == (PARTIAL, venue.id("MNQ"), 1)
    world.wait_net("MNQ", 1)
    world.wait_idle()
    assert venue.net("M2K") == 1
    assert venue.book().order(stop)["status"] == 1
    world.check_sides("MNQ")


def test_s128_own_closes_never_count(make_world):
    rule = frequency(count_by="execution")
    world = make_world({"trade_frequency_limit": rule, "max_contracts": max_contracts(2)})
    venue = world.venue
    venue.fill("MNQ", 1)
    venue.fill("MNQ", 1)
    venue.control("clock", advance_s=3)
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    world.wait_idle()
    assert len(venue.book().trades()) == 4
    assert world.locks() == []
    world.restart(crash=True)
    assert world.locks() == []
    venue.fill("MNQ", 1)
    world.wait_lock("006")


def test_s129_old_entries_found_after_a_reconnect_are_only_counted(make_world):
    world = make_world(RULE, started=False)
    churn(world, 5)
    world.venue.control("clock", advance_s=600)
    world.guard()
    assert world.locks() == []
    rules = {row["rule"]: row for row in world.status()["rules"]}
    world.wait_for(lambda: "its cooldown is over already" in said(world), what="it in the log")
    assert rules["RULE-006"]["value"] is not None
    world.tolerated(lambda: world.venue.fill("MNQ", 1), "MNQ", 1)


def said(world):
    """What the daemon logged."""
    return (world.folder / "stderr.txt").read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("count_by", ["entry", "order"])
def test_s142_a_stop_that_fills_extends_nothing(make_world, count_by):
    world = make_world({"trade_frequency_limit": frequency(count_by=count_by)})
    venue = world.venue
    for number in range(4):
        venue.fill(("ES", "NQ", "M2K", "MNQ")[number], 1)
    end = until(world)
    stop = venue.order("MNQ", -1, "stop", 20_000)
    world.wait_for(lambda: world.status()["orders"], what="the stop shown")
    venue.control("clock", advance_s=5)
    venue.price("MNQ", 19_999, 19_999, "19999.25")
    world.wait_seen("MNQ", 0)
    assert venue.book().order(stop)["status"] == 2
    assert until(world) == end
    world.wait_idle()
    assert venue.close_orders("MNQ") == []


def test_s154_the_children_of_the_bracket_that_locked_stay_alive(make_world):
    world = make_world(RULE)
    venue = world.venue
    churn(world)
    legs = {
        "stopLossBracket": {"ticks": -40, "type": 4},
        "takeProfitBracket": {"ticks": 40, "type": 1},
    }
    venue.order("MNQ", 1, "market", **legs)
    world.wait_lock("006")
    world.wait_seen("MNQ", 1)
    world.wait_reads()
    assert len(venue.book().alive(venue.id("MNQ"))) == 2
    assert venue.closes("MNQ") == []


def test_s182_a_resting_order_extends_nothing_a_new_one_does(make_world):
    world = make_world(RULE)
    venue = world.venue
    resting = venue.order("M2K", 1, "limit", 2000)
    world.wait_for(lambda: world.status()["orders"], what="the order shown")
    churn(world)
    venue.fault("rest_delay", CANCEL, params={"delay_s": 0.5})
    venue.fill("MNQ", 1)
    end = until(world)
    venue.price("M2K", 1999, 1999, "1999.10")
    world.wait_for(lambda: venue.book().order(resting)["fillVolume"] == 1, what="its fill")
    world.wait_net("M2K", 0)
    world.wait_idle()
    assert until(world) == end
    venue.control("clock", advance_s=10)
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE, PARTIAL])
    bypass = at(venue.book().trades(venue.id("MNQ"))[1]) + timedelta(seconds=60)
    world.wait_for(lambda: until(world) == bypass, what="the later end")
    world.wait_net("MNQ", 1)
