"""RULE-009 as a whole: sessions of one window (S57, S58, S63, S199, S201 to S203)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.world.entry import wait_covered
from tests.integration.world.sent import CANCEL, CLOSE, PARTIAL
from tests.integration.world.settings import grace, session, window
from tests.integration.world.steps import at

DAY = window("09:30", "16:00")
RTH = {"session_block_outside": session(DAY)}
KEEP = {"session_block_outside": session(DAY, close_positions_at_session_end=False)}


def test_s57_the_session_begins_and_ends_by_the_clock(make_world):
    world = make_world(RTH, start=at(10, 9, 29, 55))
    venue = world.venue
    assert world.wait_lock("009") == "2026-03-10T13:30:00.000Z"
    world.clock_to(at(10, 9, 30))
    world.wait_free()
    venue.fill("MNQ", 1)
    world.wait_seen("MNQ", 1)
    order = venue.order("ES", 1, "limit", 7000)
    world.pass_time_to(at(10, 16))
    world.quiet(0.5)
    assert world.locks() == []
    world.wait_net("MNQ", 0, within=6)
    assert venue.closes()[0].at >= at(10, 16), "not a moment before the end"
    assert world.wait_lock("009") == "2026-03-11T13:30:00.000Z"
    world.wait_for(lambda: not venue.book().alive(), what="no orders")
    assert venue.book().order(order)["fillVolume"] == 0
    world.check_sides("MNQ")


def test_s58_saturday_waits_for_monday(make_world):
    world = make_world(RTH, start=at(14, 12))
    assert world.wait_lock("009") == "2026-03-16T13:30:00.000Z"
    world.provoke(lambda: world.venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)


def test_s58_an_evening_before_a_holiday_waits_for_monday(make_world):
    holidays = 'holidays: ["2026-03-13"]\n'
    world = make_world(RTH, start=at(12, 20), holidays=holidays)
    assert world.wait_lock("009") == "2026-03-16T13:30:00.000Z"
    world.provoke(lambda: world.venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)


def test_s63_an_early_close_ends_the_session(make_world):
    holidays = 'early_close: [{date: "2026-03-10", close_time: "13:00"}]\n'
    world = make_world(RTH, start=at(10, 12), holidays=holidays)
    world.tolerated(lambda: world.venue.fill("MNQ", 1), "MNQ", 1)
    world.pass_time_to(at(10, 13))
    assert world.locks() == []
    world.wait_net("MNQ", 0, within=6)
    assert world.wait_lock("009") == "2026-03-11T13:30:00.000Z"


def test_s199_what_was_open_at_the_end_may_stay(make_world):
    world = make_world(KEEP, start=at(10, 15, 50))
    venue = world.venue
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    stop = venue.order("ES", -1, "stop", 7000)
    world.clock_to(at(10, 16, 0, 1))
    assert world.wait_lock("009") == "2026-03-11T13:30:00.000Z"
    world.quiet(0.3)
    sent = world.provoke(lambda: venue.fill("ES", 1), paths=[PARTIAL, CLOSE])
    assert (sent.path, sent["size"]) == (PARTIAL, 1)
    world.wait_net("ES", 1)
    world.wait_idle()
    sent = world.provoke(lambda: venue.fill("NQ", -1), paths=[CLOSE])
    assert sent["contractId"] == venue.id("NQ")
    world.wait_net("NQ", 0)
    assert venue.book().order(stop)["status"] == 1
    assert stop not in [r["orderId"] for r in venue.requests(CANCEL)]
    assert venue.net("ES") == 1


@pytest.mark.parametrize(("opened", "stays"), [(at(10, 15, 59), True), (at(10, 16, 1), False)])
def test_s199_after_a_downtime_the_opening_time_decides(make_world, opened, stays):
    world = make_world(KEEP, started=False, start=opened)
    venue = world.venue
    venue.fill("ES", 1)
    venue.control("clock", set=at(10, 16, 30).isoformat())
    world.guard()
    assert world.wait_lock("009") == "2026-03-11T13:30:00.000Z"
    if stays:
        world.quiet(0.5)
        assert venue.net("ES") == 1
    else:
        world.wait_net("ES", 0)


def test_s199_what_may_stay_still_needs_its_stop(make_world):
    world = make_world({**KEEP, "no_stop_loss_grace": grace()}, start=at(10, 15, 59, 45))
    venue = world.venue
    venue.price("ES", 7600)
    venue.fill("ES", 1, 7600)
    stop = venue.order("ES", -1, "stop", 7500)
    world.wait_seen("ES", 1)
    wait_covered(world, "ES", 1)
    world.clock_to(at(10, 16, 1))
    world.wait_lock("009")
    world.quiet(0.3)
    venue.cancel(stop)
    gone = venue.book().now
    wait_covered(world, "ES", 0)
    world.clock_to(gone + timedelta(seconds=26))
    assert venue.closes() == []
    world.wait_net("ES", 0, within=8)
    assert 29 <= (venue.closes()[0].at - gone).total_seconds() < 33


def test_s202_the_grace_delays_the_close_not_the_ban(make_world):
    rule = {"session_block_outside": session(DAY, session_close_grace_seconds=60)}
    world = make_world(rule, start=at(10, 15, 59, 50))
    venue = world.venue
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    world.clock_to(at(10, 16, 0, 10))
    world.wait_lock("009")
    world.quiet(0.3)
    sent = world.provoke(lambda: venue.fill("ES", 1), paths=[PARTIAL, CLOSE])
    assert (sent.path, sent["size"]) == (PARTIAL, 1)
    world.wait_net("ES", 1)
    world.wait_idle()
    world.pass_time_to(at(10, 16, 1))
    assert venue.net("ES") == 1
    world.wait_net("ES", 0, within=6)
    world.check_sides("ES")


def test_s203_the_packaged_holidays_serve_without_a_file(make_world):
    """Christmas is in the packaged table."""
    world = make_world(RTH, start=datetime(2026, 12, 25, 16, 0, tzinfo=UTC))
    assert world.wait_lock("009") == "2026-12-28T14:30:00.000Z"


def test_s203_an_unreadable_holidays_file_stops_the_start(make_world):
    world = make_world(RTH, started=False, holidays="holidays: [tomorrow\n")
    daemon = world.launch()
    assert daemon.wait_end() == 7
    assert "holidays.yaml" in daemon.said("holidays.yaml")
    assert daemon.lines == []
