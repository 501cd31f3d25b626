"""RULE-002 as a whole: contracts per symbol (S06 to S11, S138, S158, S159, S198, S211)."""

from tests.integration.world.sent import CANCEL, CLOSE, PARTIAL
from tests.integration.world.settings import max_contracts, per_instrument

MNQ_2 = {"max_contracts_per_instrument": per_instrument({"MNQ": 2})}


def test_s06_reduction_after_a_429_is_sent_once_more(make_world):
    world = make_world(MNQ_2)
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 2), "MNQ", 2)
    venue.fault("rest_status", PARTIAL, count=1, params={"status": 429})
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[PARTIAL])
    world.wait_net("MNQ", 2, within=8)
    world.wait_idle()
    sent = venue.closes("MNQ")
    assert [(r.path, r["size"], r.status) for r in sent] == [(PARTIAL, 1, 429), (PARTIAL, 1, 200)]


def test_s07_block_closes_an_unlisted_symbol_only(make_world):
    world = make_world(MNQ_2)
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 1), "MNQ", 1)
    sent = world.provoke(lambda: venue.fill("RTY", 1), paths=[CLOSE])
    assert sent["contractId"] == venue.id("RTY")
    world.wait_net("RTY", 0)
    world.wait_idle()
    assert venue.net("MNQ") == 1
    world.check_sides("RTY")


def test_s08_allow_with_limit(make_world):
    rule = per_instrument({"MNQ": 2}, unknown_symbol_action="allow_with_limit:1")
    world = make_world({"max_contracts_per_instrument": rule})
    venue = world.venue
    world.tolerated(lambda: venue.fill("RTY", 1), "RTY", 1)
    sent = world.provoke(lambda: venue.fill("RTY", 1), paths=[PARTIAL])
    assert sent["size"] == 1
    world.wait_net("RTY", 1)


def test_s09_s10_s11_roots_codes_and_months(make_world):
    rule = per_instrument({"ES": 1, "MNQ": 2, "NQ": 1})
    world = make_world({"max_contracts_per_instrument": rule})
    venue = world.venue
    assert ".EP." in venue.id("ES")
    sent = world.provoke(lambda: venue.fill("ES", 2), paths=[PARTIAL])
    assert (sent["contractId"], sent["size"]) == (venue.id("ES"), 1)
    world.wait_net("ES", 1)
    world.tolerated(lambda: venue.fill("MNQ", 2), "MNQ", 2)
    world.wait_idle()
    later = venue.month("MNQ", "M26")
    sent = world.provoke(lambda: venue.fill(later, 1, 29600), paths=[CLOSE, PARTIAL])
    assert sent["contractId"] == later
    assert venue.net("MNQ") == 2


def test_s10_two_months_count_together(make_world):
    world = make_world(MNQ_2)
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 1), "MNQ", 1)
    # The venue takes closes for active months only, so the new month has to be one.
    venue.control("contract/roll", root="MNQ")
    later = venue.month("MNQ", "M26")
    sent = world.provoke(lambda: venue.fill(later, 2), paths=[PARTIAL])
    assert (sent["contractId"], sent["size"]) == (later, 1)
    world.wait_net(later, 1)
    world.wait_idle()
    assert venue.net("MNQ") == 1


def test_s138_the_cap_is_on_the_position_not_on_the_order(make_world):
    world = make_world(MNQ_2)
    venue = world.venue
    for _ in range(4):
        venue.fill("MNQ", 1)
        world.venue.control("clock", advance_s=0.05)
    world.wait_net("MNQ", 2)
    world.wait_idle()
    world.wait_seen("MNQ", 2)
    assert sum(request["size"] for request in venue.closes("MNQ") if request.status == 200) == 2
    world.check_sides("MNQ")


def test_s158_an_event_of_another_contract_does_not_reduce_twice(make_world):
    rule = max_contracts(3, close_all=False, reduce_to_limit=True)
    world = make_world({"max_contracts": rule}, exchange={"close_delay_ms": 400})
    venue = world.venue
    world.tolerated(lambda: venue.fill("MNQ", 2), "MNQ", 2)
    world.provoke(lambda: venue.fill("ES", 3), paths=[PARTIAL])
    venue.tell("Position", venue.book().position(venue.id("MNQ")))
    world.wait_net("ES", 1)
    world.wait_idle()
    assert venue.net("MNQ") == 2
    assert [r["contractId"] for r in venue.actions()] == [venue.id("ES")]


def test_s159_the_narrow_cap_spares_the_wide_one(make_world):
    rules = {
        "max_contracts_per_instrument": per_instrument({"MNQ": 2, "ES": 3}),
        "max_contracts": max_contracts(5, close_all=False, reduce_to_limit=True),
    }
    world = make_world(rules, exchange={"close_delay_ms": 200})
    venue = world.venue
    world.tolerated(lambda: venue.fill("ES", 3), "ES", 3)
    sent = world.provoke(lambda: venue.fill("MNQ", 4), paths=[PARTIAL])
    assert (sent["contractId"], sent["size"]) == (venue.id("MNQ"), 2)
    world.wait_net("MNQ", 2)
    world.wait_idle()
    assert len(venue.actions()) == 1
    assert venue.net("ES") == 3


def test_s198_a_resting_order_in_a_blocked_symbol_is_cancelled(make_world):
    world = make_world(MNQ_2)
    venue = world.venue
    order = venue.order("MES", 1, "limit", 7000)
    world.wait_for(lambda: not venue.book().alive(), what="the order gone")
    assert venue.book().order(order)["fillVolume"] == 0
    assert {request["orderId"] for request in venue.requests(CANCEL)} == {order}


def test_s211_growth_during_a_reduction_is_reduced_after_its_look(make_world):
    world = make_world(MNQ_2, exchange={"close_delay_ms": 500})
    venue = world.venue
    first = world.provoke(lambda: venue.fill("MNQ", 3), paths=[PARTIAL])
    venue.fill("MNQ", 1)
    world.wait_net("MNQ", 2, within=8)
    world.wait_idle()
    sizes = [request["size"] for request in venue.closes("MNQ")]
    assert sizes == [1, 1], "one call, and after its look one more"
    assert venue.closes("MNQ")[1].mono - first.mono > 0.5, "not before the first was executed"
    world.check_sides("MNQ")
