"""The loop's way to the database: what a commit carries, its 50 ms, rows that wait (S133, S187)."""

import sqlite3
import threading
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from risk_manager.core.store_keeper import LATE_S, RETRY_S, StoreKeeper
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.state.persistence import Store
from risk_manager.state.writes import PutEnforcement, PutLock
from tests.unit.state.store_samples import INTENT, LOCK, NOW, STEP

BEGUN = EnforcementRecord(
    "intent-5", NOW, AccountId(1), RuleId("RULE-003"), "loss", "CLOSE_POSITION", Outcome.STARTED
)
DONE = replace(BEGUN, outcome=Outcome.DONE)
LATER = NOW + timedelta(seconds=9)


class Kept:
    """A keeper over a real database, a clock that the test moves, and what was reported."""

    def __init__(self, path):
        self.path = path
        self.mono = 1000.0
        self.said: list[str | None] = []
        self.store = Store.open(path)
        self.keeper = StoreKeeper(self.store, lambda: self.mono, self.said.append, lambda *_: None)

    def rows(self, sql):
        """What another program reads."""
        with closing(sqlite3.connect(self.path)) as reader:
            return reader.execute(sql).fetchall()

    def retry(self, until_stored=True):
        """Let time pass until nothing waits, or for one try."""
        for _ in range(200 if until_stored else 1):
            self.mono += RETRY_S
            self.keeper.retry_if_due(NOW)
            if self.keeper.due_mono is None:
                break

    def outcomes(self):
        return [row[0] for row in self.rows("SELECT outcome FROM enforcement_log")]

    def instant(self):
        return self.rows("SELECT value FROM meta WHERE name = 'trusted_instant'")


@pytest.fixture
def kept(tmp_path):
    made = Kept(tmp_path / "state.db")
    yield made
    made.keeper.close(NOW)


def test_every_commit_carries_the_largest_trusted_instant(kept):
    kept.keeper.commit([PutLock(LOCK)], NOW)
    assert kept.instant() == [("2026-03-09T21:00:00.000Z",)]
    kept.keeper.commit([PutLock(LOCK)], LATER)
    assert kept.instant() == [("2026-03-09T21:00:09.000Z",)]


def test_news_of_an_action_may_follow_but_never_overwrites_a_later_line(kept):
    kept.keeper.later([PutEnforcement(BEGUN)])
    assert kept.outcomes() == []
    kept.keeper.commit([PutLock(LOCK), PutEnforcement(DONE)], NOW)
    assert kept.outcomes() == ["DONE"]
    kept.mono += LATE_S
    kept.keeper.write_late(NOW, idle=False)
    assert kept.outcomes() == ["DONE"]
    assert kept.keeper.due_mono is None


def test_closing_writes_what_was_to_follow_with_the_instant(tmp_path):
    kept = Kept(tmp_path / "state.db")
    kept.keeper.later([PutEnforcement(BEGUN)])
    assert kept.keeper.close(LATER)
    assert kept.outcomes() == ["STARTED"]
    assert kept.instant() == [("2026-03-09T21:00:09.000Z",)]


def test_a_disk_that_hangs_holds_nobody_up_and_gets_the_rows_in_the_end(kept):
    """A trigger calls a function of the writer's connection that waits: a write that hangs."""
    hang = threading.Event()
    kept.store._connection.create_function("hang", 0, lambda: hang.wait(10) and None)
    kept.store._connection.execute(
        "CREATE TEMP TRIGGER slow BEFORE INSERT ON locks BEGIN SELECT hang(); END"
    )
    begun = time.perf_counter()
    kept.keeper.commit(STEP, NOW)
    assert time.perf_counter() - begun < 0.09
    assert kept.said == ["a commit takes longer than 50 ms"]
    begun = time.perf_counter()
    kept.keeper.commit([PutEnforcement(DONE)], NOW)
    kept.retry(until_stored=False)
    assert time.perf_counter() - begun < 0.03, "what hangs is waited for once"
    assert kept.rows("SELECT count(*) FROM locks") == [(0,)]
    hang.set()
    kept.retry()
    assert kept.rows("SELECT count(*) FROM locks") == [(1,)]
    assert kept.outcomes() == ["DONE"]
    assert kept.said == ["a commit takes longer than 50 ms", None]


def test_a_full_disk_keeps_the_rows_until_there_is_room(kept):
    """SQLite's own limit of pages: the answer is the one of a full disk."""
    (pages,) = kept.store._connection.execute("PRAGMA page_count").fetchone()
    kept.store._connection.execute(f"PRAGMA max_page_count = {pages}")
    long = replace(LOCK, reason="x" * 20_000)
    kept.keeper.commit([PutLock(long)], NOW)
    assert kept.keeper.lasting is None, "no alarm for one failure"
    kept.retry(until_stored=False)
    (said,) = kept.said
    assert said is not None
    assert kept.keeper.lasting == kept.keeper.problem
    assert "database or disk is full" in said
    assert kept.rows("SELECT count(*) FROM locks") == [(0,)]
    kept.store._connection.execute("PRAGMA max_page_count = 100000")
    kept.retry()
    assert kept.rows("SELECT reason FROM locks") == [(long.reason,)]
    assert kept.said == [said, None]
    assert kept.keeper.lasting is None


def test_what_waits_for_a_locked_database_counts_as_stored_when_read_again(kept):
    """An engine built anew after an error must not forget a lock the disk did not take yet."""
    kept.keeper.commit([PutLock(replace(LOCK, until=None))], NOW)
    with closing(sqlite3.connect(kept.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        kept.keeper.commit(STEP, NOW)
        kept.keeper.later([PutEnforcement(BEGUN)])
        state = kept.keeper.load()
        assert (state.locks, state.intents) == ((LOCK,), (INTENT,))
        assert state.enforcement == {1: (BEGUN,)}
        assert kept.rows("SELECT count(*) FROM intents") == [(0,)]
        other.execute("ROLLBACK")
    kept.retry()
    assert kept.keeper.load() == state
