"""RULE-008 as a whole: what has no stop when its grace ends is closed (S48 to S56)."""

from tests.integration.scenarios.tools import causes
from tests.integration.world.entry import PRICE, Entry, cover, entered, market, wait_covered
from tests.integration.world.sent import CLOSE, PARTIAL, READ_ORDERS, READ_POSITIONS
from tests.integration.world.settings import grace

RULE = {"no_stop_loss_grace": grace()}


def test_s48_s49_s50_s55_what_no_stop_covers_is_closed_at_30(make_world):
    world = make_world(RULE)
    venue = world.venue
    market(world, "MNQ", "ES", "MES", "NQ", "RTY")
    venue.fill("MNQ", 1)
    venue.fill("MES", 1)
    venue.fill("NQ", -1)
    venue.fill("RTY", 2)
    es = entered(world, "ES", 1)
    others = {symbol: Entry(world, symbol) for symbol in ("MES", "NQ", "RTY")}
    venue.order("MES", -1, "limit", PRICE + 100)
    venue.order("NQ", -1, "stop", PRICE - 100)
    stop = venue.order("RTY", -1, "stop", PRICE - 100)
    venue.order("MNQ", -1, "stop", PRICE - 100)
    wait_covered(world, "MNQ", 1)
    wait_covered(world, "RTY", 1)
    assert (cover(world, "MES")[0], cover(world, "NQ")[0]) == (0, 0)
    closes_in = cover(world, "ES")[1]
    assert closes_in is not None
    assert 25 < closes_in <= 30
    es.to(26)
    assert venue.closes() == []
    for entry in (es, *others.values()):
        request = entry.wait_closed(30)
        assert request.path == (PARTIAL if entry.symbol == "RTY" else CLOSE)
    looks = venue.requests(READ_POSITIONS, after=es.after)
    assert any(es.opened < r.at <= es.closes()[0].at for r in looks)
    for symbol in ("ES", "MES", "NQ"):
        world.wait_net(symbol, 0)
    world.wait_net("RTY", 1)
    world.wait_idle()
    assert (venue.net("MNQ"), venue.book().order(stop)["status"]) == (1, 1)
    assert world.locks() == []
    again = entered(world, "ES", 1)
    again.to(26)
    assert again.closes() == []
    again.wait_closed(30)
    world.check_sides("ES", "MES", "RTY")


def test_s51_a_stop_no_event_told_of_is_found_by_the_look(make_world):
    world = make_world(RULE)
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    entry.to(26)
    world.venue.order("MNQ", -1, "stop", PRICE - 100, silent=True)
    entry.stays_beyond(33)


def test_s52_a_look_that_fails_closes_nothing_and_is_repeated(make_world):
    world = make_world(RULE)
    venue = world.venue
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    entry.to(26)
    venue.fault("rest_status", READ_ORDERS, params={"status": 500})
    world.wait_for(lambda: "stops of MNQ not read" in causes(world), 8, "an alarm")
    entry.to(34)
    world.quiet(1, after=entry.after)
    venue.clear_faults()
    entry.world.wait_for(entry.closes, 8, "a close once an answer shows no stop")
    world.wait_net("MNQ", 0)


def test_s53_a_stop_in_profit_protects(make_world):
    world = make_world(RULE)
    venue = world.venue
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1, PRICE)
    stop = venue.order("MNQ", -1, "stop", PRICE - 100)
    venue.price("MNQ", PRICE + 30)
    venue.control("order/modify", accountId=10001, orderId=stop, stopPrice=PRICE + 10)
    wait_covered(world, "MNQ", 1)
    entry.stays_beyond(33)


def test_s55_any_stop_is_enough_when_asked(make_world):
    world = make_world({"no_stop_loss_grace": grace(require_full_size=False)})
    market(world, "MNQ")
    entry = entered(world, "MNQ", 2)
    world.venue.order("MNQ", -1, "stop", PRICE - 100)
    entry.stays_beyond(33)


def test_s56_a_crash_does_not_restart_the_clock(make_world):
    world = make_world(RULE)
    market(world, "MNQ")
    entry = entered(world, "MNQ", 1)
    entry.to(20)
    world.kill()
    world.venue.control("clock", advance_s=4)
    world.guard()
    entry.wait_closed(30)
    world.wait_net("MNQ", 0)
