"""RULE-010 as a whole: the broker's flag canTrade (S64 to S67, S97; S121 without unlock)."""

from tests.integration.scenarios.tools import said, stored_locks, trader
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss
from tests.integration.world.venue import FIRST_ACCOUNT

GUARD = {"auth_loss_guard": {"enabled": True}}


def flag(world, *, can_trade):
    """The broker changes canTrade."""
    world.venue.control("account", accountId=FIRST_ACCOUNT, canTrade=can_trade)


def test_s64_the_lock_comes_first_the_closes_are_repeated_and_true_frees(make_world):
    world = make_world(GUARD)
    venue = world.venue
    for symbol in ("MNQ", "ES"):
        venue.fill(symbol, 1)
        world.wait_seen(symbol, 1)
    venue.fault("rest_status", CLOSE, count=2, params={"status": 429})
    world.provoke(lambda: flag(world, can_trade=False), paths=[CLOSE])
    assert [row[:4] for row in stored_locks(world)] == [
        (FIRST_ACCOUNT, "account", "RULE-010", "by_condition")
    ]
    assert world.wait_lock("010") is None
    first = venue.closes()[:2]
    assert {request["contractId"] for request in first} == {venue.id("MNQ"), venue.id("ES")}
    for symbol in ("MNQ", "ES"):
        world.wait_net(symbol, 0, within=10)
    assert len(venue.closes()) == 4
    assert world.locks() == [("010", "account", None)]
    assert world.status()["state"] == "RESTRICTED"
    help_line = "contact the broker's support"
    world.wait_for(lambda: help_line in world.status()["locks"][0]["allowed"], what=help_line)
    assert "uthentication" not in trader(world).stdout
    world.wait_idle()
    after = venue.last_seq()
    flag(world, can_trade=True)
    world.wait_free()
    world.tolerated(lambda: venue.fill("MNQ", 1), "MNQ", 1)
    world.quiet(0.3, after=after)


def test_s65_s121_the_flag_ends_its_own_lock_only_and_a_restart_none(make_world):
    world = make_world({**GUARD, "daily_realized_loss": daily_loss()})
    venue = world.venue
    flag(world, can_trade=False)
    world.wait_lock("010")
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    both = [("003", "account", end), ("010", "account", None)]
    assert world.locks() == both
    world.restart()
    assert world.locks() == both
    flag(world, can_trade=True)
    world.wait_for(lambda: world.locks() == [("003", "account", end)], what="only the day lock")
    world.provoke(lambda: venue.fill("ES", 1), paths=[CLOSE])


def test_s66_an_event_without_the_flag_does_nothing_and_a_start_with_false_is_locked(make_world):
    world = make_world(GUARD, started=False)
    venue = world.venue
    venue.fill("MNQ", 1)
    flag(world, can_trade=False)
    world.guard()
    assert world.locks() == [("010", "account", None)], "before READY"
    world.wait_net("MNQ", 0)
    flag(world, can_trade=True)
    world.wait_free()
    world.wait_idle()
    after = venue.last_seq()
    venue.tell("Account", {"id": FIRST_ACCOUNT, "name": "PRAC", "balance": 50000})
    world.wait_for(lambda: "account message not understood" in said(world), what="a warning")
    world.tolerated(lambda: venue.fill("MNQ", 1), "MNQ", 1)
    world.quiet(0.2, after=after)
    assert world.locks() == []


def test_s67_a_flag_missed_while_the_hub_was_down_is_read_after_it(make_world):
    world = make_world(GUARD)
    venue = world.venue
    venue.fill("MNQ", 1)
    world.wait_seen("MNQ", 1)
    venue.fault("drop", "GatewayUserAccount")
    flag(world, can_trade=False)
    world.quiet(0.3)
    venue.fault("close", "user", count=1, params={"allowReconnect": True})
    world.wait_lock("010", within=10)
    world.wait_net("MNQ", 0)


def test_s97_the_account_event_is_keyed_by_id(make_world):
    world = make_world(GUARD)
    row = {"id": FIRST_ACCOUNT, "name": "PRAC", "balance": 50000, "canTrade": False}
    row |= {"isVisible": True, "simulated": True}
    world.venue.tell("Account", row)
    world.wait_lock("010")
