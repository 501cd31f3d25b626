"""The trading day: resets, restarts, downtime (S18 to S23, S131, S185, S210)."""

from datetime import datetime

import pytest

from tests.integration.world.sent import CLOSE, PARTIAL
from tests.integration.world.settings import daily_loss, per_instrument
from tests.integration.world.steps import at

RULE = {"daily_realized_loss": daily_loss()}


def iso(instant: datetime) -> str:
    """As the status writes it."""
    return f"{instant:%Y-%m-%dT%H:%M:%S}.000Z"


def test_s18_s19_the_reset_frees_and_the_next_day_counts(make_world):
    world = make_world(RULE, start=at(10, 16, 59, 30))
    venue = world.venue
    venue.lose("MNQ", 500)
    assert world.wait_lock("003") == iso(at(10, 17))
    world.clock_to(at(10, 17, 0, 2))
    world.wait_free()
    world.wait_sum("0")
    (rule,) = world.status()["rules"]
    assert rule["value"] == "0.00", "the reading is of the new day, too"
    venue.lose("MNQ", 50)
    world.wait_sum("-50")
    assert world.locks() == []
    venue.lose("MNQ", 450)
    assert world.wait_lock("003") == iso(at(11, 17))


def test_s18_a_trade_stamped_at_the_reset_belongs_to_the_new_day(make_world):
    world = make_world(RULE, start=at(10, 16, 59, 50))
    venue = world.venue
    venue.lose("MNQ", 500)
    world.wait_lock("003")
    stamp = {"creationTimestamp": "2026-03-10T21:00:00.000+00:00", "id": 4_000_001}
    world.clock_to(at(10, 17, 0, 1))
    world.wait_sum("0")
    last = venue.book().trades()[-1]
    venue.tell("Trade", {**last, **stamp, "profitAndLoss": -50})
    world.wait_sum("-50")
    just_before = {"creationTimestamp": "2026-03-10T20:59:59.999+00:00", "id": 4_000_002}
    venue.tell("Trade", {**last, **just_before, "profitAndLoss": -20})
    venue.tell("Trade", {**last, **stamp, "id": 4_000_003, "profitAndLoss": -1})
    world.wait_sum("-51")


def test_s20_midnight_ends_no_trading_day(make_world):
    world = make_world(RULE, start=at(10, 23, 50))
    venue = world.venue
    venue.lose("MNQ", 300)
    world.wait_sum("-300")
    world.clock_to(at(11, 0, 10))
    world.provoke(lambda: (venue.fill("ES", 1), venue.lose("MNQ", 250)), paths=[CLOSE])
    assert world.wait_lock("003") == iso(at(11, 17))
    world.wait_net("ES", 0)


def test_s21_a_reset_missed_while_down_is_made_up_once(make_world):
    world = make_world(RULE, start=at(10, 16, 45))
    venue = world.venue
    venue.lose("MNQ", 500)
    world.wait_lock("003")
    world.daemon.stop()
    venue.control("clock", set=at(10, 17, 5).isoformat())
    venue.lose("MNQ", 70)
    venue.control("clock", set=at(10, 17, 20).isoformat())
    world.guard()
    world.wait_sum("-70")
    assert world.locks() == []
    assert world.status()["trading_day"] == "2026-03-11"
    world.restart()
    world.wait_sum("-70")


def test_s22_last_evenings_lock_holds_the_next_morning(make_world):
    world = make_world(RULE, start=at(9, 18, 20))
    venue = world.venue
    venue.lose("MNQ", 500)
    assert world.wait_lock("003") == iso(at(10, 17))
    world.daemon.stop()
    venue.control("clock", set=at(10, 9).isoformat())
    world.guard()
    assert world.locks() == [("003", "account", iso(at(10, 17)))]
    world.wait_sum("-500")
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)


def test_s23_restarts_keep_the_sum(make_world):
    world = make_world(RULE, start=at(10, 18, 10))
    venue = world.venue
    venue.lose("MNQ", 200)
    world.wait_sum("-200")
    for minute, crash in ((30, False), (35, True)):
        if crash:
            world.kill()
        else:
            world.daemon.stop()
        venue.control("clock", set=at(10, 18, minute).isoformat())
        world.guard()
        world.wait_sum("-200")
    assert world.locks() == []


@pytest.mark.parametrize(
    ("sections", "word"),
    [
        (
            {
                "daily_reset": {"time": "17:00", "timezone": "America/Chicago"},
                "daily_realized_loss": daily_loss(timezone="America/New_York"),
            },
            "America/Chicago",
        ),
        ({"daily_realized_loss": daily_loss(reset_time=1020)}, "quote"),
        ({"daily_realized_loss": {"enabled": True, "limit": "1e3"}}, "limit"),
        ({"daily_realized_loss": {"enabled": True, "limt": -500}}, "limit"),
        ({"daily_realized_loss": daily_loss(0)}, "limit"),
    ],
    ids=["s131-two-resets", "s82-1020", "s210-1e3", "s112-limt", "s82-zero"],
)
def test_s82_s112_s131_s210_what_cannot_guard_is_refused(make_world, sections, word):
    world = make_world(sections, started=False)
    daemon = world.launch()
    assert daemon.wait_end() == 7
    assert word in daemon.said(word)
    assert daemon.lines == []


def test_s82_s210_values_are_taken_exactly(make_world):
    sections = {
        "daily_realized_loss": {"enabled": True, "loss_limit": 500.10, "reset_time": "17:00"},
        "max_contracts_per_instrument": per_instrument({"6E": 1, "MNQ": 1}),
    }
    world = make_world(sections)
    venue = world.venue
    limits = {row["rule"]: row["limit"] for row in world.status()["rules"]}
    assert limits["RULE-003"] == "-500.10"
    venue.result("-500.00", "MNQ")
    venue.result("-0.09", "MNQ")
    world.wait_sum("-500.09")
    assert world.locks() == []
    sent = world.provoke(lambda: venue.fill("6E", 2))
    assert (sent.path, sent["contractId"], sent["size"]) == (PARTIAL, venue.id("6E"), 1)
    venue.result("-0.01", "MNQ")
    world.wait_lock("003")
