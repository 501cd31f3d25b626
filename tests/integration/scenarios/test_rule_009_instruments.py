"""RULE-009 with windows of single instruments, and daylight saving (S59 to S62, S200, S201)."""

from datetime import UTC, datetime

from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, session, window
from tests.integration.world.steps import at
from tests.integration.world.store import rows

OVERNIGHT = window("18:00", "17:00")
ES_ONLY = {"session_block_outside": session(None, {"ES": OVERNIGHT})}


def closed_at_once(world, symbol):
    """A fill in a closed symbol is closed within a second."""
    sent = world.provoke(lambda: world.venue.fill(symbol, 1), paths=[CLOSE])
    assert sent["contractId"] == world.venue.id(symbol)
    world.wait_net(symbol, 0)
    world.wait_idle()


def test_s59_overnight_hours_through_a_week(make_world):
    world = make_world(ES_ONLY, start=at(9, 17, 30))
    venue = world.venue
    assert world.wait_lock("009", "ES") == "2026-03-09T22:00:00.000Z"
    closed_at_once(world, "ES")
    world.clock_to(at(9, 18))
    world.wait_for(lambda: world.locks() == [], what="an open session")
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    before = venue.last_seq()
    world.clock_to(at(10, 2))
    world.quiet(0.3, after=before)
    assert world.locks() == []
    world.pass_time_to(at(13, 17))
    assert venue.net("ES") == 1
    world.wait_net("ES", 0, within=6)
    assert world.wait_lock("009", "ES") == "2026-03-15T22:00:00.000Z"
    world.clock_to(at(15, 17, 59))
    closed_at_once(world, "ES")
    assert world.locks() == [("009", "ES", "2026-03-15T22:00:00.000Z")]


def test_s60_one_closed_instrument_leaves_the_other_free(make_world):
    rule = session(None, {"NQ": window("09:30", "16:00"), "ES": OVERNIGHT})
    world = make_world({"session_block_outside": rule}, start=at(10, 20))
    venue = world.venue
    closed_at_once(world, "NQ")
    assert world.wait_lock("009", "NQ") == "2026-03-11T13:30:00.000Z"
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    assert [scope for _, scope, _ in world.locks()] == ["NQ"]


def test_s200_without_a_global_session_others_are_free(make_world):
    world = make_world(ES_ONLY, start=at(10, 17, 30))
    assert world.wait_lock("009", "ES") == "2026-03-10T22:00:00.000Z"
    world.tolerated(lambda: world.venue.fill("MNQ", 1), "MNQ", 1)
    assert [scope for _, scope, _ in world.locks()] == ["ES"]
    assert world.status()["state"] == "OK TO TRADE"


def test_s201_a_failing_lookup_closes_nothing(make_world):
    world = make_world(ES_ONLY, start=at(10, 20))
    venue = world.venue
    search = "/api/Contract/searchById"
    venue.fault("rest_status", search, params={"status": 500})
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    world.wait_for(lambda: len(venue.requests(search)) >= 2, 8, "the lookup tried again")
    world.wait_for(lambda: venue.id("ES") in world.daemon.last_words(), what="an alarm")
    assert venue.net("ES") == 1
    assert not venue.actions()


def boundaries(world):
    """The trading-day starts the daemon reached, as stored."""
    return [row[0] for row in rows(world.folder, "SELECT boundary FROM day_state")]


def test_s61_spring_resets_and_the_sunday_open(make_world):
    rules = {**ES_ONLY, "daily_realized_loss": daily_loss()}
    world = make_world(rules, start=datetime(2026, 3, 7, 21, 59, 50, tzinfo=UTC))
    assert world.status()["next_reset_at"] == "2026-03-07T22:00:00.000Z"
    assert world.wait_lock("009", "ES") == "2026-03-08T22:00:00.000Z"
    world.clock_to(datetime(2026, 3, 7, 22, 0, 1, tzinfo=UTC))
    world.wait_for(lambda: "2026-03-07T22:00" in boundaries(world)[0], what="the first reset")
    assert world.status()["next_reset_at"] == "2026-03-08T21:00:00.000Z"
    world.clock_to(datetime(2026, 3, 8, 21, 0, 1, tzinfo=UTC))
    world.wait_for(lambda: "2026-03-08T21:00" in boundaries(world)[0], what="the second reset")
    assert world.status()["next_reset_at"] == "2026-03-09T21:00:00.000Z"
    assert [scope for _, scope, _ in world.locks()] == ["ES"]
    world.clock_to(datetime(2026, 3, 8, 22, 0, 1, tzinfo=UTC))
    world.wait_for(lambda: world.locks() == [], what="ES open")


def test_s62_autumn_resets_in_two_zones_and_a_doubled_hour(make_world):
    days = ["mon", "tue", "wed", "thu", "fri", "sun"]
    rules = {"session_block_outside": session(window("01:30", "05:00"), days=days)}
    chicago = {"account_id": 10002, "settings": {"timezone": "America/Chicago"}}
    start = datetime(2026, 10, 31, 20, 59, 0, tzinfo=UTC)
    world = make_world(rules, start=start, accounts=[{"account_id": 10001}, chicago])

    def resets() -> list[str]:
        return [world.status(number)["next_reset_at"] for number in (10001, 10002)]

    assert resets() == ["2026-10-31T21:00:00.000Z", "2026-10-31T22:00:00.000Z"]
    assert world.wait_lock("009") == "2026-11-01T05:30:00.000Z"
    world.clock_to(datetime(2026, 10, 31, 22, 0, 1, tzinfo=UTC))
    expected = ["2026-11-01T22:00:00.000Z", "2026-11-01T23:00:00.000Z"]
    world.wait_for(lambda: resets() == expected, what="a day of 25 hours")
    world.clock_to(datetime(2026, 11, 1, 5, 30, 1, tzinfo=UTC))
    world.wait_free()
    # 01:30 comes again an hour later: the session simply goes on.
    world.clock_to(datetime(2026, 11, 1, 6, 30, 1, tzinfo=UTC))
    world.tolerated(lambda: world.venue.fill("MNQ", 1), "MNQ", 1)
    assert world.locks() == []
