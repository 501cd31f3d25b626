"""A database that is locked, refuses rows, is broken or gone (S133, S144, S187)."""

import sqlite3
from contextlib import closing

from tests.integration.scenarios.tools import (
    causes,
    data_of,
    rows,
    said,
    stored_locks,
    wait_enforced,
    wait_word,
    whole,
)
from tests.integration.world.sent import CLOSE
from tests.integration.world.settings import daily_loss, max_contracts
from tests.integration.world.waiting import wait_until

LOSS = {"daily_realized_loss": daily_loss()}
CAP = {"max_contracts": max_contracts(5)}
TABLES = ("meta", "locks", "trades", "day_state", "intents", "dead_positions", "enforcement_log")


def test_s187_a_locked_database_delays_no_close(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.fill("MNQ", 2, 20_000)
    world.wait_seen("MNQ", 2)
    with closing(sqlite3.connect(data_of(world) / "state.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = venue.mono()
        venue.fill("MNQ", -1, 19_700)
        (close, *_) = wait_until(venue.closes, what="the close")
        assert close.mono - begun < 0.3
        wait_word(world, "DEGRADED")
        assert "store failing" in causes(world)
        world.wait_lock("003")
        world.wait_net("MNQ", 0)
        assert stored_locks(world) == []
        world.provoke(lambda: venue.fill("MES", 1), paths=[CLOSE])
        other.execute("ROLLBACK")
    wait_until(lambda: stored_locks(world), what="the lock's row, later")
    wait_until(lambda: "store failing" not in causes(world), what="a store that works again")
    assert said(world).count("the database fails") == 1
    assert said(world).count("the database takes rows again") == 1
    world.kill()
    world.guard()
    assert world.locks()[0][:2] == ("003", "account")
    world.wait_sum(str(venue.book().realized()))


def test_s133_a_database_that_takes_no_row(make_world):
    world = make_world(LOSS)
    venue = world.venue
    refuse_rows(world)
    venue.fill("MNQ", 2, 20_000)
    world.provoke(lambda: venue.fill("MNQ", -1, 19_700), paths=[CLOSE])
    world.wait_net("MNQ", 0)
    wait_word(world, "DEGRADED")
    assert "store failing" in causes(world)
    assert world.wait_lock("003") == "2026-03-10T21:00:00.000Z"
    assert "the database fails, acting from memory" in said(world)
    assert "read-only" in said(world)
    assert stored_locks(world) == []
    world.provoke(lambda: venue.fill("MNQ", 1), paths=[CLOSE])
    assert world.daemon.stop() == 0


def refuse_rows(world) -> None:
    """Let every table refuse new rows, as a read-only disk would."""
    with closing(sqlite3.connect(data_of(world) / "state.db")) as other, other:
        for table in TABLES:
            for verb in ("INSERT", "UPDATE"):
                other.execute(
                    f"CREATE TRIGGER no_{verb}_{table} BEFORE {verb} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'read-only'); END"
                )


def test_s144_a_stored_trade_the_venue_forgot_stays_counted(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 300)
    world.wait_sum("-300")
    lost = venue.book().trades()[-1]["id"]
    world.daemon.stop()
    venue.inside.forget_trade(lost)
    world.guard()
    world.wait_sum("-300")
    wait_until(lambda: f"trade {lost}" in causes(world), what="the alarm")
    assert "missing at the broker" in said(world)
    assert whole(world)["status"] == "DEGRADED"
    venue.lose("MNQ", 200)
    world.wait_lock("003")


def test_no_alarm_about_fills_that_are_newer_than_the_read(make_world):
    world = make_world(CAP)
    venue = world.venue
    for _ in range(4):
        world.provoke(lambda: venue.fill("MNQ", 6), paths=[CLOSE])
        venue.tell("Order", {"accountId": 10001})  # makes it read the trades
        world.wait_net("MNQ", 0)
        wait_enforced(world)
    assert "missing at the broker" not in said(world)


def test_a_broken_database_is_set_aside_and_the_day_is_read_again(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.lose("MNQ", 520)
    end = world.wait_lock("003")
    wait_enforced(world)
    world.daemon.stop()
    (data_of(world) / "state.db").write_bytes(b"this is no database" * 1000)
    world.guard()
    assert world.wait_lock("003") == end  # the loss is read again and is a breach again
    world.wait_sum(str(venue.book().realized()))
    kept = [path.name for path in data_of(world).iterdir() if "corrupt" in path.name]
    assert kept
    assert whole(world)["status"] == "DEGRADED"
    assert "database" in causes(world)
    assert "database" in said(world)


def test_the_lock_is_stored_before_the_close_leaves(make_world):
    world = make_world(LOSS)
    venue = world.venue
    venue.fault("rest_delay", CLOSE, count=1, params={"delay_s": 0.5})
    venue.fill("MNQ", 2, 20_000)
    venue.fill("MNQ", -1, 19_700)
    wait_until(lambda: venue.requests(CLOSE), what="the close on its way")
    assert venue.net("MNQ") == 1
    assert len(stored_locks(world)) == 1
    (intent,) = rows(world, "SELECT kind, rule_id, ended_at FROM intents")
    assert intent[1:] == ("RULE-003", None)
    world.wait_net("MNQ", 0)
    wait_enforced(world)
    assert rows(world, "SELECT outcome FROM intents") == [("DONE",)]
