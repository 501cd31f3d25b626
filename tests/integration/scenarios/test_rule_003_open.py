"""RULE-003 with the open loss (S26, S96, S123, S125, S188, S190 to S194)."""

import pytest

from risk_manager.gateway_sim import hub_protocol
from tests.integration.scenarios.tools import raw
from tests.integration.world.prices import open_at, quote, wait_open
from tests.integration.world.sent import CLOSE, READ_POSITIONS
from tests.integration.world.settings import daily_loss
from tests.integration.world.waiting import holds

RULE = {"daily_realized_loss": daily_loss(include_unrealized=True)}


def combined(world):
    """Realised and open together, as the rule shows it."""
    return world.status()["rules"][0]["value"]


def test_s26_realised_and_open_together(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.lose("ES", 450)
    world.wait_sum("-450")
    open_at(world, 1)
    quote(venue, "20975.25")
    wait_open(world, -49.5)
    world.quiet(0.2)
    world.provoke(lambda: quote(venue, 20975), paths=[CLOSE])
    world.wait_lock("003")
    world.wait_net("MNQ", 0)


def test_s96_s123_a_partial_quote_and_a_bad_one_keep_the_price(make_world):
    world = make_world(RULE)
    venue = world.venue
    open_at(world, 1)
    quote(venue, 20990)
    wait_open(world, -20)
    venue.inside.tell_quote(venue.id("MNQ"), {"bestBid": 20989, "bestAsk": 20991})
    venue.inside.tell_quote(
        venue.id("MNQ"), {"lastPrice": "NaN", "bestBid": 20988, "bestAsk": 20990}
    )
    # The last price stays and lies within bid and ask.
    world.wait_reads()
    assert float(world.status()["unrealized_pnl"]) == -20
    venue.inside.tell_quote(venue.id("MNQ"), {"lastPrice": 0, "bestBid": 20979, "bestAsk": 20981})
    # 20990 lies above the ask now: it is drawn to the ask.
    wait_open(world, -38)
    world.quiet(0.1)


def test_s123_a_last_price_that_is_no_number_is_left_out(make_world):
    world = make_world(RULE)
    venue = world.venue
    venue.fault("drop", "GatewayQuote")
    venue.fill("MNQ", 1, 20990)
    world.wait_seen("MNQ", 1)
    odd = {"lastPrice": "NaN", "bestBid": 20999, "bestAsk": 21001}
    venue.inside.tell_quote(venue.id("MNQ"), odd)
    wait_open(world, 20)  # priced at 21000, between bid and ask


def test_s188_quotes_that_wait_together_lose_no_price(make_world):
    """A last price and a bid come in one go, before anything else can be done, many times."""
    world = make_world(RULE)
    venue = world.venue
    open_at(world, 1)
    venue.price("MNQ", 21000, 20990, 21100)
    wait_open(world, 0)
    contract = venue.id("MNQ")
    for step in range(1, 30):
        members = [{"lastPrice": 21000 + step}, {"bestBid": 20990 + step}]
        burst = [hub_protocol.invocation("GatewayQuote", [contract, one]) for one in members]
        raw(venue, "market", burst)
    wait_open(world, 58)  # the last price counts: 21029, above the bid of 21019
    venue.inside.tell_quote(contract, {"lastPrice": 21001})
    wait_open(world, 38)  # drawn up to that bid, which therefore was not lost


@pytest.mark.parametrize("first", ["trade", "position"])
def test_s190_s191_a_close_never_counts_twice(make_world, first):
    world = make_world(RULE)
    venue = world.venue
    open_at(world, 1)
    quote(venue, 20870)
    wait_open(world, -260)
    late = "GatewayUserPosition" if first == "trade" else "GatewayUserTrade"
    venue.fault("delay", late, count=1, params={"delay_s": 0.3})
    venue.fill("MNQ", -1, 20870)
    for step in range(1, 5):
        quote(venue, 20870 - step)
    world.wait_sum("-260")
    world.wait_seen("MNQ", 0)
    world.quiet(0.3)
    assert world.locks() == []


def test_s191_a_missing_trade_is_looked_for_after_a_second(make_world):
    world = make_world(RULE)
    venue = world.venue
    open_at(world, 1)
    quote(venue, 20870)
    wait_open(world, -260)
    venue.fault("drop", "GatewayUserTrade", count=1)
    before, begun = venue.last_seq(), venue.mono()
    venue.fill("MNQ", -1, 20870)
    world.wait_sum("-260")
    (look, *_) = venue.requests(READ_POSITIONS, after=before)
    assert 0.9 < look.mono - begun < 2.5
    world.quiet(0.2)
    assert world.locks() == []


def test_s192_one_exit_of_two_counts_once(make_world):
    world = make_world(RULE)
    venue = world.venue
    open_at(world, 2)
    quote(venue, 20935)
    wait_open(world, -260)
    world.wait_for(lambda: combined(world) == "-260.00", what="the sum")
    venue.fault("delay", "GatewayUserPosition", count=1, params={"delay_s": 0.4})
    venue.fill("MNQ", -1, 20935)
    quote(venue, 20935)
    holds(lambda: combined(world) == "-260.00", 1.0, "a sum of -260")
    world.wait_sum("-130")
    world.wait_seen("MNQ", 1)
    wait_open(world, -130)
    assert (combined(world), world.locks(), venue.actions()) == ("-260.00", [], [])


def test_s193_a_last_price_outside_bid_and_ask_is_drawn_in(make_world):
    world = make_world({"daily_realized_loss": daily_loss(-300, include_unrealized=True)})
    venue = world.venue
    open_at(world, 2)
    venue.price("MNQ", 20900, 20930, "20930.5")
    wait_open(world, -280)
    world.quiet(0.2)
    assert world.locks() == []


def test_s194_a_jump_counts_when_repeated_or_when_it_stands(make_world):
    """As S194 with RULE-003: a quote 1 % away alone does nothing for 250 ms."""
    world = make_world({"daily_realized_loss": daily_loss(-300, include_unrealized=True)})
    venue = world.venue
    open_at(world, 1)
    quote(venue, 20700)
    quote(venue, 20999)
    wait_open(world, -2)
    world.quiet(0.4)
    before, begun = venue.last_seq(), venue.mono()
    quote(venue, 20700)
    world.wait_net("MNQ", 0)
    assert 0.2 < venue.closes(after=before)[0].mono - begun < 3.0
    world.wait_lock("003")


def test_s194_a_jump_repeated_counts_at_once(make_world):
    world = make_world({"daily_realized_loss": daily_loss(-300, include_unrealized=True)})
    venue = world.venue
    open_at(world, 1)
    quote(venue, 20700)
    world.quiet(0.08)  # quotes that wait together are merged into one
    begun = venue.mono()
    quote(venue, 20701)
    world.wait_net("MNQ", 0)
    assert venue.closes()[0].mono - begun < 0.15


def test_s125_without_a_price_the_sum_is_unknown_until_there_is_one(make_world):
    world = make_world(RULE, exchange={"start_prices": False})
    venue = world.venue
    quote(venue, 21000)
    venue.fill("ES", 1, 7600)
    venue.fill("MNQ", 1, 21000)
    world.wait_seen("MNQ", 1)
    for price in (20900, 20800, 20700, 20600, 20550):
        quote(venue, price)
    world.quiet(0.5)
    assert world.locks() == []
    rule = world.status()["rules"][0]
    assert rule["unknown"] is not None
    world.wait_for(lambda: "no price" in world.daemon.last_words(), what="an alarm")
    # ES at +100 makes -800.
    world.provoke(lambda: quote(venue, 7602, "ES"), paths=[CLOSE])
    world.wait_lock("003")
    world.wait_net("MNQ", 0)
