"""Locks in force (S16, S17, S81, S89, S110, S117, S124, S146, S147, S150, S151, S178, S185)."""

from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, max_contracts, session, window
from tests.integration.world.steps import at, cancelled, lock_day

RULE = {"daily_realized_loss": daily_loss()}


def test_s17_entries_go_at_once_the_stop_only_when_flat(make_world):
    world = make_world(RULE, exchange={"close_delay_ms": 700})
    venue = world.venue
    venue.fill("ES", 1)
    stop = venue.order("ES", -1, "stop", 7000)
    world.wait_for(lambda: world.status()["orders"], what="the stop shown")
    world.wait_seen("ES", 1)
    world.provoke(lambda: venue.lose("MNQ", 500), paths=[CLOSE])
    assert venue.net("ES") == 1
    entry = venue.order("ES", 1, "limit", 7000)
    world.wait_for(lambda: venue.book().order(entry)["status"] == 3, what="the entry cancelled")
    assert venue.net("ES") == 1
    assert venue.book().order(stop)["status"] == 1, "the stop protects until flat"
    world.wait_net("ES", 0)
    world.wait_for(lambda: venue.book().order(stop)["status"] == 3, what="the stop cleaned up")
    assert venue.close_orders("ES") == [1]
    world.check_sides("ES")


def test_s117_an_exit_limit_is_left_while_the_position_lives(make_world):
    world = make_world(RULE, exchange={"close_delay_ms": 700})
    venue = world.venue
    venue.fill("ES", 1)
    world.wait_seen("ES", 1)
    world.provoke(lambda: venue.lose("MNQ", 500), paths=[CLOSE])
    target = venue.order("ES", -1, "limit", 8000)
    world.wait_for(lambda: target in [r["id"] for r in world.status()["orders"]], what="shown")
    assert target not in cancelled(venue)
    assert venue.net("ES") == 1
    world.wait_net("ES", 0)
    world.wait_for(lambda: not venue.book().alive(), what="no order left")
    world.check_sides("ES")


def test_s147_its_own_market_order_is_neither_cancelled_nor_doubled(make_world):
    world = make_world(RULE, exchange={"close_delay_ms": 600})
    venue = world.venue
    venue.fault("delay", "GatewayUserPosition", params={"delay_s": 0.8})
    venue.fill("ES", 1)
    world.provoke(lambda: venue.lose("MNQ", 500), paths=[CLOSE])
    world.wait_net("ES", 0)
    world.wait_idle()
    assert cancelled(venue) == []
    assert venue.close_orders("ES") == [1]


def test_s81_accounts_are_kept_apart(make_world):
    accounts = [{"account_id": 10001}, {"account_id": 10002}]
    world = make_world(RULE, accounts=accounts, on_venue=3)
    venue = world.venue
    venue.fill("MNQ", 1, account=10002)
    venue.lose("MNQ", 900, account=10003)
    venue.tell("Position", {**venue.book(10002).position(venue.id("MNQ")), "accountId": 456})
    lock_day(world)
    world.wait_seen("MNQ", 1, account=10002)
    assert world.locks(10002) == []
    world.quiet(0.2, after=venue.last_seq())
    assert venue.net("MNQ", 10002) == 1
    assert {request["accountId"] for request in venue.actions()} <= {10001}


def test_s89_a_permanent_lock_survives_restarts_and_the_reset(make_world):
    world = make_world({"daily_realized_loss": daily_loss(lockout_until="permanent")})
    venue = world.venue
    lock_day(world)
    assert world.locks() == [("003", "account", None)]
    world.restart(crash=True)
    assert world.locks() == [("003", "account", None)]
    world.clock_to(at(10, 17, 1))
    world.wait_sum("0")
    assert world.locks() == [("003", "account", None)]
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)


def test_s110_a_close_refused_by_a_closed_market_is_sent_at_the_open(make_world):
    world = make_world(RULE, start=at(10, 17, 5), exchange={"market_hours": True})
    venue = world.venue
    venue.fill("MNQ", 1, 29500)
    venue.fill("MNQ", -1, 29250)
    assert world.wait_lock("003") == "2026-03-11T21:00:00.000Z"
    world.wait_idle()
    world.provoke(lambda: venue.fill("ES", 1, 7600), paths=[CLOSE])
    world.wait_for(lambda: "DEFERRED" in str(world.status()["enforcements"]), what="deferred")
    assert venue.net("ES") == 1
    world.clock_to(at(10, 18, 0, 1))
    world.wait_net("ES", 0, within=8)
    world.check_sides("ES")


def test_s185_the_intent_outlives_its_lock_and_touches_nothing_new(make_world):
    world = make_world(RULE, start=at(10, 16, 59, 50), exchange={"market_hours": True})
    venue = world.venue
    venue.fault("rest_delay", CLOSE, params={"delay_s": 1.5})
    venue.fill("ES", 1, 7600)
    world.wait_seen("ES", 1)
    world.provoke(lambda: venue.lose("MNQ", 500), paths=[CLOSE])
    world.clock_to(at(10, 17, 0, 1))
    world.wait_free()
    venue.clear_faults()
    world.wait_for(lambda: "DEFERRED" in str(world.status()["enforcements"]), what="deferred")
    assert venue.net("ES") == 1
    venue.fill("NQ", 1, 29500)
    venue.price("ES", 7599, 7599, 7599)
    world.clock_to(at(10, 18, 0, 1))
    world.wait_net("ES", 0, within=8)
    assert venue.net("NQ") == 1
    world.wait_sum("-50")  # the old position's result, in the new day
    assert world.locks() == []
    assert venue.close_orders("NQ") == []


def test_s146_after_a_flatten_without_lock_a_new_trade_is_left_alone(make_world):
    world = make_world({"max_contracts": max_contracts(5)})
    venue = world.venue
    world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    venue.control("clock", advance_s=1)
    before = venue.last_seq()
    venue.fill("MNQ", 1)
    stop = venue.order("MNQ", -1, "stop", 29000)
    world.wait_seen("MNQ", 1)
    world.quiet(3.0, after=before)
    assert venue.book().order(stop)["status"] == 1
    assert venue.net("MNQ") == 1


def test_s178_what_was_flat_at_the_lock_is_closed_at_once(make_world):
    keep = session(window("09:30", "16:00"), close_positions_at_session_end=False)
    world = make_world({"session_block_outside": keep}, start=at(10, 15, 59))
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 1), "MNQ", 1)
    world.clock_to(at(10, 16, 0, 1))
    world.wait_lock("009")
    venue.fault("drop", "GatewayUserTrade")
    sent = world.provoke(lambda: venue.fill("MES", 1), paths=[CLOSE])
    assert sent["contractId"] == venue.id("MES")
    world.wait_net("MES", 0)
    assert venue.net("MNQ") == 1
