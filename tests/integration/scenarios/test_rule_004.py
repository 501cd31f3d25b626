"""RULE-004 as a whole: floating loss (S27 to S30, S33, S36, S76, S109, S193, S194)."""

import pytest

from tests.integration.world.prices import open_at, quote, wait_open
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import max_contracts

RESET = "2026-03-10T21:00:00.000Z"
"""17:00 in New York on the worlds' Tuesday."""


def floating(limit=300, scope="per_position", **keys):
    """RULE-004 alone."""
    section = {"enabled": True, "limit": limit, "scope": scope, **keys}
    return {"daily_unrealized_loss": section}


def closed_by(world, act, symbol="MNQ"):
    """Do something that must close one contract, and no other."""
    sent = world.provoke(act, paths=[CLOSE])
    assert sent["contractId"] == world.venue.id(symbol)
    world.wait_net(symbol, 0)
    world.wait_idle()
    assert len(world.venue.closes()) == 1


def test_s27_a_tick_short_is_free_the_limit_closes_that_contract(make_world):
    world = make_world(floating())
    venue = world.venue
    open_at(world, 1, 5800, "ES")
    open_at(world, 2)
    quote(venue, "20925.25")
    wait_open(world, -299)
    world.quiet(0.2)
    closed_by(world, lambda: quote(venue, "20925.00"))
    assert (venue.net("ES"), world.locks()) == (1, [])
    venue.fill("MNQ", 1, "20925.00")
    world.wait_seen("MNQ", 1)
    world.quiet(0.2, after=venue.last_seq())


def test_s28_per_position_closes_the_losing_contract_only(make_world):
    world = make_world(floating())
    venue = world.venue
    open_at(world, 2)
    open_at(world, 1, 5800, "ES")
    quote(venue, 20950)
    wait_open(world, -200)
    closed_by(world, lambda: quote(venue, 5792, "ES"), "ES")
    assert (venue.net("MNQ"), world.locks()) == (2, [])


def test_s28_total_locks_and_closes_all(make_world):
    world = make_world(floating(scope="total"))
    venue = world.venue
    open_at(world, 2)
    open_at(world, 1, 5800, "ES")
    quote(venue, 20950)
    wait_open(world, -200)
    world.provoke(lambda: quote(venue, 5792, "ES"), paths=[CLOSE])
    assert world.wait_lock("004") == RESET
    world.wait_net("MNQ", 0)
    world.wait_net("ES", 0)
    world.wait_idle()
    assert sorted(sent["contractId"] for sent in venue.closes()) == sorted(
        [venue.id("ES"), venue.id("MNQ")]
    )
    world.restart()
    assert world.locks() == [("004", "account", RESET)]


def test_s29_a_short_loses_as_the_price_rises(make_world):
    world = make_world(floating())
    venue = world.venue
    open_at(world, -1, 5800, "ES")
    quote(venue, 5794, "ES")
    wait_open(world, 300)
    world.quiet(0.2)
    closed_by(world, lambda: quote(venue, 5806, "ES"), "ES")


def test_s30_without_a_last_price_the_middle_counts(make_world):
    world = make_world(floating())
    venue = world.venue
    venue.fault("drop", "GatewayQuote")
    venue.fill("MNQ", 2, 21000)
    world.wait_seen("MNQ", 2)
    assert world.status()["unrealized_pnl"] is None
    middle = {"lastPrice": 0, "bestBid": 20924.75, "bestAsk": 20925.25}
    closed_by(world, lambda: venue.inside.tell_quote(venue.id("MNQ"), middle))


def test_s33_an_unknown_contract_has_no_default_tick_value(make_world):
    world = make_world(floating(), started=False)
    venue = world.venue
    search = "/api/Contract/searchById"
    fault = venue.fault("rest_status", search, params={"status": 500})
    world.guard()
    quote(venue, 20000)
    venue.fill("MNQ", 2, 20100)
    world.wait_seen("MNQ", 2)
    world.wait_for(lambda: len(venue.requests(search)) >= 3, 20, "three tries")
    assert venue.actions() == []
    unknown = [row["unknown"] for row in world.status()["rules"]]
    assert unknown == [f"contract {venue.id('MNQ')} is not loaded"]
    assert venue.id("MNQ") in world.daemon.said(venue.id("MNQ"))
    venue.control("fault/clear", id=fault)
    world.wait_net("MNQ", 0, within=20)
    assert world.locks() == []


def test_s36_two_entries_count_at_their_average(make_world):
    world = make_world(floating())
    venue = world.venue
    open_at(world, 1, 21000)
    quote(venue, 20900)
    venue.fill("MNQ", 1, 20900)
    world.wait_seen("MNQ", 2)
    quote(venue, "20875.25")
    wait_open(world, -299)
    world.quiet(0.2)
    closed_by(world, lambda: quote(venue, "20875.00"))


def test_s76_two_rules_of_one_step_close_once(make_world):
    """The fill that makes six of five contracts also makes the average a breach."""
    world = make_world({**floating(scope="total"), "max_contracts": max_contracts(5)})
    venue = world.venue
    open_at(world, 5)
    quote(venue, 20980)
    wait_open(world, -200)
    world.provoke(lambda: venue.fill("MNQ", 1, 21040), paths=[CLOSE])
    assert world.wait_lock("004") == RESET
    world.wait_net("MNQ", 0)
    world.wait_idle()
    assert venue.close_orders("MNQ") == [6]


def test_s109_a_small_limit_is_not_missed(make_world):
    world = make_world(floating(20))
    venue = world.venue
    open_at(world, 1)
    quote(venue, "20990.25")
    wait_open(world, "-19.5")
    world.quiet(0.2)
    closed_by(world, lambda: quote(venue, "20990.00"))


def test_s193_a_last_price_outside_bid_and_ask_is_drawn_in(make_world):
    world = make_world(floating())
    venue = world.venue
    open_at(world, 2)
    venue.price("MNQ", 20900, 20930, "20930.5")
    wait_open(world, -280)
    world.quiet(0.2)


@pytest.mark.parametrize("case", ["gone", "repeated", "standing"])
def test_s194_a_jump_counts_when_repeated_or_when_it_stands(make_world, case):
    world = make_world(floating())
    venue = world.venue
    open_at(world, 1, 5800, "ES")
    begun = venue.mono()
    quote(venue, 5740, "ES")
    if case == "gone":
        quote(venue, "5799.75", "ES")
        wait_open(world, "-12.5")
        world.quiet(0.4)
        return
    if case == "repeated":
        world.quiet(0.05)  # quotes that wait for the daemon together are one
        quote(venue, 5741, "ES")
    world.wait_net("ES", 0)
    waited = venue.closes()[0].mono - begun
    assert waited < 0.2 if case == "repeated" else 0.2 < waited < 1.0
