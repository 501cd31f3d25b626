"""RULE-006 as a whole: counts and ends (S38 to S42, S130, S141, S196)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.world.book import to_ms
from tests.integration.world.settings import frequency

RULE = {"trade_frequency_limit": frequency()}
DAY = {"trade_frequency_limit": frequency(limits={"per_session": 50})}
AFTERNOON = datetime(2026, 3, 10, 20, 30, tzinfo=UTC)
"""16:30 in New York on the worlds' Tuesday."""
RESET = datetime(2026, 3, 10, 21, 0, tzinfo=UTC)


def fills(world):
    """The exchange times (to the millisecond) of the fills that opened, oldest first."""
    rows = [row for row in world.venue.book().trades() if row["profitAndLoss"] is None]
    return [to_ms(datetime.fromisoformat(row["creationTimestamp"])) for row in rows]


def until(world):
    """The end of the lock."""
    return datetime.fromisoformat(world.wait_lock("006"))


def counted(world):
    """The reading of the rule."""
    rules = {row["rule"]: row["value"] for row in world.status()["rules"]}
    return rules["RULE-006"] or ""


def enter(world, symbol="MNQ"):
    """One entry order and its exit."""
    world.venue.fill(symbol, 1)
    world.venue.fill(symbol, -1)


def test_s38_the_fourth_entry_of_a_minute_pauses_for_a_minute(make_world):
    world = make_world(RULE)
    venue = world.venue
    for seconds in (10, 10, 10):
        venue.fill("MNQ", 1)
        venue.control("clock", advance_s=seconds)
    world.wait_seen("MNQ", 3)
    assert world.locks() == []
    venue.fill("MNQ", 1)
    end = until(world)
    assert end == fills(world)[3] + timedelta(seconds=60)
    world.clock_to(end - timedelta(seconds=8))
    assert world.locks()
    world.clock_to(end + timedelta(seconds=1))
    world.wait_free()
    assert venue.net("MNQ") == 4


def test_s39_a_trade_exactly_a_minute_old_is_out(make_world):
    world = make_world(RULE)
    for seconds in (10, 10, 51, 0):
        world.venue.fill("MNQ", 1)
        world.venue.control("clock", advance_s=seconds)
    world.wait_seen("MNQ", 4)
    world.quiet(0.3)
    assert world.locks() == []
    assert counted(world).startswith("2 in a minute")


def test_s41_a_voided_trade_and_a_late_old_one_are_no_fourth(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.fill("MNQ", 1, silent=True)
    old = venue.book().trades()[0]
    venue.control("clock", advance_s=120)
    for _ in range(3):
        venue.fill("MNQ", 1)
    fourth = venue.fill("MNQ", 1, silent=True)
    row = next(row for row in venue.book().trades() if row["orderId"] == fourth)
    venue.control("trade/void", tradeId=int(row["id"]))
    venue.tell("Trade", old)
    world.wait_for(lambda: counted(world).endswith("4 in all"), what="the old one counted")
    assert counted(world).startswith("3 in a minute")
    assert world.locks() == []


@pytest.mark.parametrize(("count_by", "counts"), [("entry", 1), ("order", 1), ("execution", 5)])
def test_s40_one_order_in_five_fills(make_world, count_by, counts):
    rule = frequency(per_minute=9, count_by=count_by)
    world = make_world({"trade_frequency_limit": rule}, exchange={"partial_lot": 1})
    world.venue.order("MNQ", 5, "market")
    world.wait_seen("MNQ", 5)
    world.wait_for(lambda: counted(world).startswith(f"{counts} in a minute"), what="the count")


def test_the_eleventh_of_an_hour_pauses_for_half_an_hour(make_world):
    world = make_world({"trade_frequency_limit": frequency(limits={"per_hour": 10})})
    for _ in range(11):
        enter(world)
    assert until(world) == fills(world)[10] + timedelta(seconds=1800)


def test_s42_s141_a_session_breach_lasts_to_the_reset_whatever_is_voided(make_world):
    world = make_world(DAY)
    for _ in range(51):
        enter(world)
    assert until(world) == RESET
    first = world.venue.book().trades()[0]
    world.venue.control("trade/void", tradeId=int(first["id"]))
    world.wait_for(lambda: counted(world).endswith("50 in all"), what="one less")
    assert until(world) == RESET
    world.clock_to(RESET - timedelta(hours=2))
    assert world.locks()
    world.clock_to(RESET + timedelta(seconds=1))
    world.wait_free()
    world.tolerated(lambda: world.venue.fill("ES", 1), "ES", 1)
    world.wait_for(lambda: counted(world).endswith("1 in all"), what="a count from zero")


def test_s42_late_in_the_day_it_lasts_its_own_time(make_world):
    world = make_world(DAY, start=AFTERNOON)
    for _ in range(51):
        enter(world)
    end = until(world)
    assert end == fills(world)[50] + timedelta(hours=1)
    world.clock_to(RESET + timedelta(seconds=1))
    world.wait_for(lambda: counted(world).endswith(" 0 in all"), what="a count from zero")
    assert until(world) == end
    world.clock_to(end + timedelta(seconds=1))
    world.wait_free()


@pytest.mark.parametrize(("count_by", "is_locked"), [("entry", False), ("order", True)])
def test_s130_s196_scale_outs_are_no_entries(make_world, count_by, is_locked):
    world = make_world({"trade_frequency_limit": frequency(count_by=count_by)})
    venue = world.venue
    venue.fill("MNQ", 3, 10_000)
    for _ in range(3):
        venue.fill("MNQ", -1, 10_010)
    world.wait_sum("60")
    if is_locked:
        world.wait_lock("006")
        return
    world.quiet(0.2)
    assert world.locks() == []
    assert counted(world).startswith("1 in a minute")
