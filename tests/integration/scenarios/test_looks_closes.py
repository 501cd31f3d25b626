"""Closes and the looks that end them (S75, S76, S87, S103, S153, S161, S162, S164 to S167)."""

import pytest

from risk_manager.gateway_sim import rest_positions, rest_reply
from tests.integration.world.sent import CANCEL, CLOSE, PARTIAL, READ_ORDERS, READ_POSITIONS
from tests.integration.world.settings import daily_loss, max_contracts, per_instrument
from tests.integration.world.steps import cancelled, wait_orders, wait_status

LIMIT_5 = {"max_contracts": max_contracts(5)}
LOSS = {"daily_realized_loss": daily_loss()}


def test_s75_what_a_close_leaves_is_closed_by_the_verify_loop(make_world):
    world = make_world(LIMIT_5, exchange={"close_delay_ms": 400})
    venue = world.venue
    world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])
    # The venue took the size when it accepted the close: what comes now is not in it.
    venue.fill("MNQ", 1, silent=True)
    world.wait_net("MNQ", 0, within=8)
    world.wait_idle()
    assert venue.close_orders("MNQ") == [6, 1]
    world.check_sides("MNQ")


def test_s76_two_breaches_in_one_step_make_one_close(make_world):
    rules = {
        "max_contracts": max_contracts(5),
        "max_contracts_per_instrument": per_instrument({"MNQ": 2}, enforcement="close_all"),
        "daily_realized_loss": daily_loss(include_unrealized=True),
    }
    world = make_world(rules, exchange={"close_delay_ms": 200})
    venue = world.venue
    venue.price("MNQ", 29500, 29500, 29500)
    world.tolerated(lambda: venue.fill("MNQ", 2, 29500), "MNQ", 2)
    world.wait_for(lambda: world.status()["unrealized_pnl"] is not None, what="a price")
    venue.fill("MNQ", 4, 29620)
    world.wait_lock("003")
    world.wait_net("MNQ", 0)
    world.wait_idle()
    assert len(venue.closes("MNQ")) == 1
    assert venue.close_orders("MNQ") == [6]


def test_s87_s103_shorts_are_bought_back_and_nothing_is_forgotten(make_world):
    world = make_world(LIMIT_5)
    venue = world.venue
    venue.fill("YM", 1, silent=True)
    world.tolerated(lambda: venue.fill("MNQ", -2), "MNQ", -2)
    world.provoke(lambda: venue.fill("ES", -5), paths=[CLOSE])
    for symbol in ("MNQ", "ES", "YM"):
        world.wait_net(symbol, 0)
    world.wait_idle()
    world.check_sides("MNQ", "ES", "YM")
    assert venue.close_orders("MNQ") == [2]
    assert {request.path for request in venue.actions()} == {CLOSE}


def test_s153_success_is_not_the_fill(make_world):
    world = make_world(LIMIT_5, exchange={"close_delay_ms": 400})
    venue = world.venue
    before = venue.last_seq()
    sent = world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    world.wait_idle()
    assert len(venue.closes()) == 1
    looks = [r.mono - sent.mono for r in venue.requests(READ_ORDERS, after=before)]
    assert any(0.25 <= after < 0.45 for after in looks), looks
    assert any(0.5 <= after < 0.75 for after in looks), looks


def test_s161_the_first_wave_reads_nothing_the_second_finds_the_rest(make_world):
    world = make_world(LIMIT_5)
    venue = world.venue
    order = venue.order("RTY", 1, "limit", 2500)
    venue.fill("NQ", 1)
    venue.fill("ES", 1)
    wait_orders(world, order)
    world.wait_seen("ES", 1)
    world.quiet(2.2)  # RTY must have been quiet for 2 s
    venue.fill("YM", 1, silent=True)
    before = venue.last_seq()
    venue.fill("MNQ", 4)
    for symbol in ("NQ", "ES", "MNQ", "YM"):
        world.wait_net(symbol, 0)
    wait_status(world, order, 3)
    first_read = venue.requests(READ_POSITIONS, after=before)[0].seq
    seqs = {r["contractId"]: r.seq for r in reversed(venue.closes(after=before))}
    assert all(seqs[venue.id(symbol)] < first_read for symbol in ("NQ", "ES", "MNQ"))
    assert venue.requests(CANCEL, after=before)[0].seq < first_read
    assert seqs[venue.id("YM")] > first_read
    world.check_sides("NQ", "ES", "MNQ", "YM")


def test_s162_an_entry_beside_a_fresh_fill_waits_for_the_look(make_world):
    world = make_world(LIMIT_5)
    venue = world.venue
    order = venue.order("MNQ", 1, "limit", 28000)
    wait_orders(world, order)
    before = venue.last_seq()
    world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])
    wait_status(world, order, 3)
    world.wait_net("MNQ", 0)
    read = venue.requests(READ_POSITIONS, after=before)[0]
    assert venue.requests(CANCEL, after=before)[0].seq > read.seq


def test_s164_a_hanging_reduction_gives_way_to_the_close(make_world):
    rules = {"max_contracts_per_instrument": per_instrument({"MNQ": 2, "ES": 3}), **LOSS}
    world = make_world(rules)
    venue = world.venue
    venue.fault("lose_before", PARTIAL, count=1, params={"hang_s": 10})
    reduction = world.provoke(lambda: venue.fill("MNQ", 3), paths=[PARTIAL])
    venue.lose("ES", 500)
    world.wait_lock("003")
    world.wait_net("MNQ", 0, within=8)
    world.wait_idle()
    (closing,) = venue.requests(CLOSE)[-1:]
    assert closing["contractId"] == venue.id("MNQ")
    assert closing.mono - reduction.mono >= 2.0
    reads = [r for r in venue.requests(READ_POSITIONS) if reduction.seq < r.seq < closing.seq]
    assert reads[-1].mono - reduction.mono >= 2.0, "a look after the timeout, before the close"
    assert venue.close_orders("MNQ") == [3]
    world.check_sides("MNQ")


def test_s165_an_own_close_that_hangs_is_cancelled_and_decided_again(make_world):
    world = make_world(LIMIT_5, exchange={"close_delay_ms": 12_000})
    venue = world.venue
    first = world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])
    (close_id,) = venue.inside.close_orders()
    world.quiet(9.5, after=first.seq)
    world.wait_for(lambda: cancelled(venue), what="a cancel of our own order")
    assert "has not executed" in world.daemon.said("has not executed")
    # This venue no longer gives a market order back (code 4): it fills in the end, once.
    world.wait_net("MNQ", 0)
    world.wait_idle()
    assert cancelled(venue) == [close_id]
    assert venue.close_orders("MNQ") == [6]
    world.check_sides("MNQ")


def test_s166_a_stop_that_crosses_the_close_leaves_no_residue(make_world):
    world = make_world(LIMIT_5, exchange={"close_delay_ms": 300})
    venue = world.venue
    venue.fill("MNQ", 1)
    venue.order("MNQ", -1, "stop", 29000)
    world.wait_seen("MNQ", 1)
    world.provoke(lambda: venue.fill("MNQ", 5), paths=[CLOSE])
    venue.price("MNQ", 28990)
    begun = venue.mono()
    world.wait_net("MNQ", -1)
    world.wait_net("MNQ", 0)
    assert venue.mono() - begun < 5
    world.wait_idle()
    assert venue.book().walk(venue.id("MNQ")) == [1, 6, 5, 0, -1, 0]
    assert "crossed" in world.daemon.said("crossed")
    assert venue.close_orders("MNQ") == [6, 1]


@pytest.fixture
def hidden(monkeypatch):
    """How many further position reads show nothing."""
    left = [0]
    real = rest_reply.envelope

    def envelope(*codes, **members):
        if members.get("positions") and left[0] > 0:
            left[0] -= 1
            members["positions"] = []
        return real(*codes, **members)

    monkeypatch.setattr(rest_positions, "envelope", envelope)
    return left


def test_s167_one_empty_list_is_not_flat(make_world, hidden):
    world = make_world(LOSS, exchange={"close_delay_ms": 5})
    venue = world.venue
    venue.fill("ES", 2)
    stop = venue.order("ES", -2, "stop", 7000)
    wait_orders(world, stop)
    world.wait_seen("ES", 2)
    venue.fault("lose_before", CLOSE, count=1, params={"hang_s": 0.3})
    hidden[0] = 1
    first = world.provoke(lambda: venue.result("-500"), paths=[CLOSE])
    world.wait_net("ES", 0, within=8)
    repeated = venue.closes("ES")[-1]
    assert repeated.seq > first.seq
    assert hidden[0] == 0, "reads without the position were answered"
    assert all(r.seq > repeated.seq for r in venue.requests(CANCEL) if r["orderId"] == stop)
    wait_status(world, stop, 3)
    world.check_sides("ES")
