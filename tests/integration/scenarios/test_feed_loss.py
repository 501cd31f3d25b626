"""Hubs that are lost, kicked, closed or frozen; tokens that expire (S67, S74, S78, S102)."""

from datetime import timedelta
from functools import partial

import pytest

from tests.integration.scenarios.tools import (
    causes,
    said,
    wait_enforced,
    wait_hubs,
    wait_word,
    whole,
)
from tests.integration.world.sent import CLOSE, READ_POSITIONS
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until

CAP = {"max_contracts": max_contracts(5)}
LOSS = {"daily_realized_loss": daily_loss()}
LOGIN = "/api/Auth/loginKey"


def test_s74_a_breach_behind_a_lost_feed_is_enforced_once(make_world):
    world = make_world(CAP)
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    fault = venue.fault("close", "both", for_s=60)
    wait_hubs(world, "down")
    down = venue.mono()
    venue.fill("MNQ", 3)
    closes = wait_until(venue.closes, what="the close")
    assert closes[0].mono - down < 5
    reads = [read.mono - down for read in venue.requests(READ_POSITIONS)]
    assert min(after for after in reads if after > 0) < 2
    assert whole(world)["status"] == "DEGRADED"
    assert "user hub down" in causes(world)
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    venue.control("fault/clear", id=fault)
    wait_hubs(world, "up")
    wait_word(world, "MONITORED")
    world.quiet(0.5, after=venue.last_seq())
    assert len(venue.closes()) == 1
    assert said(world).count("user hub lost") == 1
    assert whole(world)["blind_s_today"] >= 1


def test_s67_a_daily_loss_behind_a_lost_feed_is_enforced_once(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.fill("MES", 1)
    world.wait_seen("MES", 1)
    fault = venue.fault("close", "both", for_s=60)
    wait_hubs(world, "down")
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    world.wait_net("MES", 0)
    wait_enforced(world)
    venue.control("fault/clear", id=fault)
    wait_hubs(world, "up")
    world.quiet(0.5, after=venue.last_seq())
    assert world.locks() == [("003", "account", end)]
    assert len(venue.closes("MES")) == 1


def test_a_breach_and_its_end_behind_a_lost_feed_do_not_act(make_world):
    world = make_world(CAP)
    venue = world.venue
    venue.fault("close", "user", for_s=0.5, params={"abrupt": True})
    venue.fill("MNQ", 6)
    venue.fill("MNQ", -4)
    wait_until(lambda: said(world).count("user hub connected") == 2, what="the hub again")
    world.wait_seen("MNQ", 2)
    world.quiet(0.3)
    assert venue.net("MNQ") == 2


@pytest.mark.parametrize("hub", ["user", "both"])
def test_s102_a_kick_leads_to_one_common_reconnect(make_world, hub):
    world = make_world(CAP)
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    after, begun = venue.last_seq(), venue.mono()
    venue.control("logout", hub=hub)
    wait_hubs(world, "down")
    wait_hubs(world, "up")
    took = venue.mono() - begun
    assert 1.8 < took < 4
    first = venue.requests(READ_POSITIONS, after=after)[0]
    assert first.mono - begun < 2.3
    for name in ("user", "market"):
        assert said(world).count(f"{name} hub connected") == 2
    assert said(world).count("logged this session out") == 1
    world.provoke(lambda: venue.fill("MNQ", 3), paths=[CLOSE])
    wait_enforced(world)
    assert len(venue.closes()) == 1


@pytest.mark.parametrize("expiry", ["logout", "closes", "survives"])
def test_s78_expired_tokens_lead_to_one_login(make_world, expiry):
    life = timedelta(minutes=30)
    world = make_world(CAP, token_life=life, hub_at_expiry=expiry)
    venue = world.venue
    venue.fill("MNQ", 2)
    venue.fill("MES", 3)
    world.wait_seen("MES", 3)
    after = venue.last_seq()
    venue.control("clock", advance_s=life.total_seconds() + 60)
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    world.wait_net("MES", 0)
    refused = [r for r in venue.closes(after=after) if r.status == 401]
    done = [r for r in venue.closes(after=after) if r.status == 200]
    # The second close may find the new token before its bytes leave.
    assert len(refused) in (1, 2)
    assert len(done) == len({r["contractId"] for r in done}) == 2
    assert {r["contractId"] for r in refused} <= {r["contractId"] for r in done}
    wait_enforced(world)
    if expiry != "survives":
        wait_until(lambda: said(world).count("user hub connected") == 2, 8, "the hub again")
        wait_hubs(world, "up")
    assert len(venue.requests(LOGIN, after=after)) == 1
    world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])  # the new session is a whole one


def test_one_renewal_serves_all_calls_that_met_a_401(make_world):
    world = make_world({"daily_realized_loss": daily_loss()})
    venue = world.venue
    for symbol in ("MES", "MNQ", "M2K"):
        venue.fill(symbol, 1)
    world.wait_seen("M2K", 1)
    after = venue.last_seq()
    venue.fault("rest_status", CLOSE, count=3, params={"status": 401})
    venue.lose("NQ", 600)
    for symbol in ("MES", "MNQ", "M2K"):
        world.wait_net(symbol, 0)
    assert len(venue.requests(LOGIN, after=after)) == 1


def said_twice(world, text: str) -> bool:
    """Whether the daemon has said this twice."""
    return said(world).count(text) == 2


CLOSES = [{"allowReconnect": True}, {"error": "Connection closed with an error."}]


@pytest.mark.parametrize("params", [*CLOSES, {"abrupt": True}])
def test_a_closed_hub_comes_back_at_once(make_world, params):
    world = make_world(CAP)
    venue = world.venue
    venue.fault("close", "both", params=params)
    for hub in ("user hub connected", "market hub connected"):
        wait_until(partial(said_twice, world, hub), 4, hub)
    wait_word(world, "MONITORED")
    world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])


def test_quotes_are_asked_for_again_after_a_reconnect(make_world):
    rules = {"daily_realized_loss": daily_loss(include_unrealized=True)}
    world = make_world(rules)
    venue = world.venue
    venue.price("MNQ", 20_000)
    venue.fill("MNQ", 1, 20_000)
    world.wait_seen("MNQ", 1)
    venue.fault("close", "market", params={"abrupt": True})
    wait_until(lambda: said(world).count("market hub connected") == 2, 4, "the market hub")
    for price in (19_900, 19_800, 19_751):
        venue.price("MNQ", price)
        wait_until(partial(is_worth, world, (price - 20_000) * 2), what=f"priced at {price}")
    assert world.locks() == []
    venue.price("MNQ", 19_750)
    world.wait_lock("003")
    world.wait_net("MNQ", 0)


def is_worth(world, usd: float) -> bool:
    """Whether the daemon thinks that the open positions are worth this."""
    shown = world.status()["unrealized_pnl"]
    return shown is not None and float(shown) == usd


def test_events_the_feed_froze_are_found_by_the_poll(make_world):
    world = make_world(CAP)
    venue = world.venue
    venue.fill("MNQ", 3)
    world.wait_seen("MNQ", 3)
    venue.fault("freeze", "both", for_s=30)
    begun = venue.mono()
    venue.fill("MNQ", 3)
    closes = wait_until(venue.closes, 8, "the close")
    assert closes[0].mono - begun < 6.5  # the poll of every five seconds
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    assert len(venue.closes()) == 1
