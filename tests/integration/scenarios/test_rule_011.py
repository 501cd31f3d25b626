"""RULE-011 as a whole: forbidden symbols (S68, S69)."""

from tests.integration.scenarios.tools import stored_locks
from tests.integration.world.admin import change, set_password
from tests.integration.world.sent import ACTIONS, CANCEL, CLOSE
from tests.integration.world.settings import Section
from tests.integration.world.venue import FIRST_ACCOUNT


def blocks(*symbols: str, **keys: object) -> dict[str, Section]:
    """The section with this list."""
    return {"symbol_blocks": {"enabled": True, "blocked_symbols": list(symbols), **keys}}


def test_s68_a_blocked_symbol_is_closed_and_cancelled_and_others_are_free(make_world):
    world = make_world(blocks("RTY", "ES"))
    venue = world.venue
    assert [lock[:2] for lock in world.locks()] == [("011", "ES"), ("011", "RTY")]
    world.tolerated(lambda: venue.fill("MNQ", 3), "MNQ", 3)
    world.tolerated(lambda: venue.fill("MES", -1), "MES", -1)
    sent = world.provoke(lambda: venue.order("RTY", 1, "limit", 2000), paths=[CANCEL])
    world.wait_for(lambda: not venue.book().alive(), what="the order gone")
    assert venue.book().order(sent["orderId"])["fillVolume"] == 0
    close = world.provoke(lambda: venue.fill("RTY", 1), paths=[CLOSE])
    assert close["contractId"] == venue.id("RTY")
    world.wait_net("RTY", 0)
    world.wait_idle()
    assert (venue.net("MNQ"), venue.net("MES")) == (3, -1)
    assert world.status()["state"] == "OK TO TRADE"
    assert len(stored_locks(world)) == 2
    world.check_sides("RTY")


def test_s68_every_expiry_is_closed_and_enforced_again(make_world):
    world = make_world(blocks("RTY"))
    venue = world.venue
    for _ in range(2):
        world.provoke(lambda: venue.fill("RTY", -1), paths=[CLOSE])
        world.wait_net("RTY", 0)
        world.wait_idle()
    venue.control("contract/roll", root="RTY")
    later = venue.month("RTY", "M26")
    world.provoke(lambda: venue.fill(later, 1), paths=[CLOSE])
    world.wait_net(later, 0)
    assert [lock[1] for lock in stored_locks(world)] == ["RTY"]


def test_s69_a_block_added_closes_what_is_open(make_world):
    world = make_world(blocks("RTY"))
    venue = world.venue
    world.tolerated(lambda: venue.fill("ES", 1), "ES", 1)
    set_password(world)
    assert change(world, "symbol", "block", "ES")[1]["would"][0] == "closes ES 1"
    after = venue.last_seq()
    assert change(world, "symbol", "block", "ES", "--type", "APPLY")[1]["effect"] == "active"
    world.wait_net("ES", 0)
    assert [r["contractId"] for r in venue.requests(*ACTIONS, after=after)] == [venue.id("ES")]
    assert [row[:3] for row in stored_locks(world)] == [
        (FIRST_ACCOUNT, scope, "RULE-011") for scope in ("ES", "RTY")
    ]


def test_what_was_open_may_stay_but_not_grow(make_world):
    world = make_world(blocks("RTY", close_existing=False), started=False)
    venue = world.venue
    venue.fill("RTY", 2)
    world.guard()
    world.quiet(0.5)
    venue.fill("RTY", 1)
    world.wait_net("RTY", 2, within=8)
    world.wait_idle()
    assert [request["size"] for request in venue.closes("RTY")] == [1]
