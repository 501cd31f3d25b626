"""Answers that say no, and a database that does (S170, S171, S187)."""

import sqlite3
from contextlib import closing

from tests.integration.scenarios.tools import causes, trader, whole
from tests.integration.world.sent import CANCEL, CLOSE, PARTIAL, READ_POSITIONS
from tests.integration.world.settings import daily_loss, per_instrument
from tests.integration.world.store import rows

MNQ_2 = {"max_contracts_per_instrument": per_instrument({"MNQ": 2})}


def test_s170_what_refusals_of_closes_mean(make_world):
    world = make_world(MNQ_2)
    venue = world.venue
    text = "The contract is not in an active trading status."
    how = {"errorCode": 5, "errorMessage": text}
    venue.fault("rest_refuse", CLOSE, count=1, params=how)
    world.provoke(lambda: venue.fill("ES", 1), paths=[CLOSE])
    world.wait_for(lambda: "DEFERRED" in str(world.status()["enforcements"]), what="deferred")
    venue.fault("rest_refuse", PARTIAL, count=1, params={"errorCode": 5})
    before = venue.last_seq()
    world.provoke(lambda: venue.fill("MNQ", 3), paths=[PARTIAL])
    world.wait_net("MNQ", 2)
    first, second = venue.requests(PARTIAL)
    assert (first["size"], second["size"]) == (1, 1)
    looks = venue.requests(READ_POSITIONS, after=before)
    assert any(first.seq < look.seq < second.seq for look in looks)


def test_s170_a_reduction_refused_without_a_text_is_deferred(make_world):
    world = make_world(MNQ_2)
    venue = world.venue
    venue.fault("rest_refuse", PARTIAL, count=1, params={"errorCode": 6})
    world.provoke(lambda: venue.fill("MNQ", 3), paths=[PARTIAL])
    world.wait_for(lambda: "DEFERRED" in str(world.status()["enforcements"]), what="deferred")
    world.quiet(1.0, after=venue.last_seq())
    assert venue.net("MNQ") == 3


def test_s187_a_locked_database_does_not_delay_the_close(make_world):
    world = make_world({"daily_realized_loss": daily_loss()})
    venue = world.venue
    venue.fill("ES", 1)
    world.wait_seen("ES", 1)
    database = world.folder / "data" / "state.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = venue.mono()
        venue.result("-500")
        world.wait_net("ES", 0)
        assert venue.closes("ES")[0].mono - begun < 0.3
        degraded = world.wait_for(
            lambda: (status := world.daemon.status())["status"] == "DEGRADED" and status,
            what="degraded",
        )
        assert any("store" in cause for cause in degraded["causes"])
        world.wait_lock("003")
        other.execute("ROLLBACK")
    query = "SELECT rule_id FROM locks WHERE ended_at IS NULL"
    world.wait_for(lambda: rows(world.folder, query) == [("RULE-003",)], what="the row stored")
    world.restart(crash=True)
    world.wait_lock("003")


def test_s171_a_follower_cannot_cancel_and_its_positions_are_still_closed(make_world):
    world = make_world({"daily_realized_loss": daily_loss()})
    venue = world.venue
    entry = venue.order("MNQ", 1, "limit", 15000)
    venue.control("account", accountId=10001, follower=True)
    venue.fill("ES", 1)
    world.wait_seen("ES", 1)
    world.provoke(lambda: venue.lose("MNQ", 500), paths=[CLOSE])
    world.wait_net("ES", 0)
    text = "FOLLOWER - cannot cancel here; guard the leader"
    world.wait_for(lambda: text in causes(world), what="the cause")
    assert whole(world)["status"] == "DEGRADED"
    assert text in trader(world).stdout
    world.provoke(lambda: venue.fill("ES", 1), paths=[CLOSE])
    world.wait_net("ES", 0)
    world.wait_reads(3, within=15)
    cancels = venue.requests(CANCEL)
    assert [request["orderId"] for request in cancels] == [entry]
    assert venue.book().order(entry)["status"] == 1
