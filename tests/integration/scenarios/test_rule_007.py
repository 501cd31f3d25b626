"""RULE-007 as a whole: the pause after a losing trade (S43 to S45, S180, S195)."""

from datetime import UTC, datetime, timedelta

from tests.integration.world.sent import CANCEL, CLOSE
from tests.integration.world.settings import pause

RULE = {"cooldown_after_loss": pause()}
TEN = datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
"""10:00 in New York on the worlds' Tuesday."""


def rest_s(world, trade):
    """Seconds from a fill to the end of the lock."""
    until = datetime.fromisoformat(world.wait_lock("007"))
    return round((until - at(trade)).total_seconds(), 2)


def at(trade):
    """The exchange time of a fill."""
    return datetime.fromisoformat(trade["creationTimestamp"])


def test_s43_the_tiers_at_their_cents(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.fill("ES", 1)
    stop = venue.order("ES", -1, "stop", 7000)
    entry = venue.order("NQ", 1, "limit", 20000)
    world.wait_for(lambda: len(world.status()["orders"]) == 2, what="the orders shown")
    venue.result("-99.99")
    world.wait_sum("-99.99")
    venue.fill("MNQ", 1)
    world.wait_seen("MNQ", 1)
    world.quiet(0.2)
    assert world.locks() == []
    done = []
    cancel = world.provoke(lambda: done.append(venue.result("-100")), paths=[CANCEL])
    assert cancel["orderId"] == entry
    assert rest_s(world, done[0]) == 300
    worse = venue.result("-350")
    world.wait_sum("-549.99")
    world.wait_for(lambda: rest_s(world, worse) == 1800, what="the longer pause")
    assert (venue.net("ES"), venue.net("MNQ")) == (1, 1)
    assert venue.book().order(stop)["status"] == 1


def test_s44_the_exits_of_one_order_are_one_loss(make_world):
    world = make_world(RULE, exchange={"partial_lot": 1})
    venue = world.venue
    venue.fill("MNQ", 3, 10_000)
    world.wait_seen("MNQ", 3)
    venue.price("MNQ", 9_980, 9_980, "9980.25")
    venue.order("MNQ", -3, "market")
    world.wait_lock("007")
    exits = venue.book().trades(venue.id("MNQ"))[1:]
    assert [float(row["profitAndLoss"]) for row in exits] == [-40, -40, -40]
    assert len({row["orderId"] for row in exits}) == 1
    assert rest_s(world, exits[-1]) == 300
    world.wait_sum("-120")


def test_s45_a_smaller_loss_keeps_the_later_end(make_world):
    world = make_world(RULE, start=TEN)
    venue = world.venue
    first = venue.result("-350")
    assert rest_s(world, first) == 1800
    world.clock_to(at(first) + timedelta(minutes=5))
    venue.result("-120")
    world.wait_sum("-470")
    assert rest_s(world, first) == 1800
    world.clock_to(at(first) + timedelta(seconds=1790))
    assert world.locks()
    world.clock_to(at(first) + timedelta(seconds=1801))
    world.wait_free()


def test_s180_reversing_after_a_loss_is_a_new_trade(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.fill("MNQ", 2, 10_000)
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    world.wait_seen("MNQ", 2)
    venue.price("MNQ", "9962.50", "9962.25", "9962.50")
    sent = world.provoke(lambda: venue.fill("MNQ", -4, "9962.50"), paths=[CLOSE])
    assert sent["contractId"] == venue.id("MNQ")
    closing = venue.book().trades(venue.id("MNQ"))[1]
    assert rest_s(world, closing) == 300
    world.wait_net("MNQ", 0)
    assert venue.net("ES") == 1
    assert venue.close_orders("MNQ") == [2]


def test_s195_the_longest_tier_reached_counts(make_world):
    tiers = [
        {"loss_amount": -100, "cooldown_duration": 300},
        {"loss_amount": -300, "cooldown_duration": 60},
    ]
    world = make_world({"cooldown_after_loss": pause(loss_thresholds=tiers)})
    assert rest_s(world, world.venue.result("-350")) == 300
