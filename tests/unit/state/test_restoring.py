"""`admin backup restore` may only add: locks, and what the present database knows nothing of."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import AccountId, IntentId, RuleId, TradeId
from risk_manager.domain.locks import LockKey
from risk_manager.state.backups import make_backup
from risk_manager.state.persistence import Store
from risk_manager.state.restoring import RestoreError, restore
from risk_manager.state.writes import (
    EndIntent,
    EndLock,
    PutBoundary,
    PutIntent,
    PutLock,
    PutMemory,
    PutMeta,
    PutTrade,
)
from tests.unit.state.store_samples import CON, INTENT, LOCK, NOW, TRADE

HOUR = timedelta(hours=1)
ONE, TWO = AccountId(1), AccountId(2)
DAY = PutBoundary(ONE, NOW - HOUR)
COOLDOWN = replace(LOCK, key=LockKey(ONE, "account", RuleId("RULE-006")), until=NOW + HOUR)
FOR_EVER = replace(LOCK, key=LockKey(ONE, "MNQ", RuleId("RULE-011")), until=None)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


def write(path, *rows):
    store = Store.open(path)
    store.commit(rows)
    store.close()


def state(path):
    store = Store.open(path)
    try:
        return store.load()
    finally:
        store.close()


def backup_of(path, *rows):
    """A backup of another database with these rows."""
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    write(elsewhere / "state.db", *rows)
    return make_backup(elsewhere / "state.db", NOW)


@pytest.mark.parametrize(
    ("present", "old", "locks"),
    [
        ((), (COOLDOWN,), (COOLDOWN,)),
        ((COOLDOWN,), (), (COOLDOWN,)),
        ((COOLDOWN,), (FOR_EVER,), (COOLDOWN, FOR_EVER)),
        ((COOLDOWN,), (replace(COOLDOWN, until=NOW),), (COOLDOWN,)),
        ((replace(COOLDOWN, until=NOW),), (COOLDOWN,), (COOLDOWN,)),
        ((replace(COOLDOWN, until=None),), (COOLDOWN,), (replace(COOLDOWN, until=None),)),
        ((replace(COOLDOWN, ceilings={CON: 1}),), (replace(COOLDOWN, ceilings={CON: 5}),),
         (replace(COOLDOWN, ceilings={CON: 1}),)),
        ((replace(COOLDOWN, ceilings={CON: 5}),), (replace(COOLDOWN, ceilings={CON: 1}),),
         (replace(COOLDOWN, ceilings={CON: 1}),)),
    ],
)  # fmt: skip
def test_a_restore_only_adds_locks(path, present, old, locks):
    backup = backup_of(path, DAY, *map(PutLock, old))
    write(path, DAY, *map(PutLock, present))
    done = restore(path, backup)
    assert state(path).locks == locks
    assert len(done.added) == sum(lock.key not in {p.key for p in present} for lock in old)
    assert len(done.tightened) == sum(lock in done.tightened for lock in locks)
    assert restore(path, backup).added == ()


def test_a_lock_that_is_over_for_certain_does_not_come_back(path):
    backup = backup_of(path, DAY, PutLock(COOLDOWN))
    write(path, DAY, PutMeta("trusted_instant", "2026-03-09T22:00:00.001Z"))
    assert restore(path, backup).added == ()
    write(path, PutMeta("trusted_instant", "2026-03-09T21:59:59.999Z"))
    assert restore(path, backup).added == (COOLDOWN,)


def test_the_day_the_present_database_counts_is_not_touched(path):
    """Neither a profit of the backup nor a void of it makes the day's loss smaller."""
    profit = replace(TRADE, id=TradeId(99), pnl=Decimal(5000))
    voided, earlier = replace(TRADE, voided=True), PutBoundary(ONE, NOW - 25 * HOUR)
    memory = PutMemory(ONE, RuleId("RULE-008"), "grace", "old")
    backup = backup_of(path, earlier, PutTrade(profit), PutTrade(voided), memory)
    write(path, DAY, PutTrade(TRADE, FillMarks(opens=True)))
    before = state(path)
    restore(path, backup)
    after = state(path)
    assert after.trades == before.trades == {ONE: (TRADE,)}
    assert after.marks == before.marks
    assert after.boundaries == {ONE: NOW - HOUR}
    assert after.memory == {}


def test_an_account_the_present_database_does_not_know_gets_its_day(path):
    other = replace(TRADE, account_id=TWO)
    marks = FillMarks(opens=False, own_close=True)
    memory = PutMemory(TWO, RuleId("RULE-008"), "grace", "1")
    backup = backup_of(path, PutBoundary(TWO, NOW - HOUR), PutTrade(other, marks), memory)
    write(path, DAY, PutTrade(TRADE))
    restore(path, backup)
    after = state(path)
    assert after.trades == {ONE: (TRADE,), TWO: (other,)}
    assert after.marks[(TWO, TRADE.id)] == marks
    assert after.memory == {(TWO, "RULE-008", "grace"): "1"}


def test_history_comes_back_and_no_old_deed_is_resumed(path):
    done = replace(INTENT, id=IntentId(3))
    old_trade = replace(TRADE, id=TradeId(2), at=NOW - 30 * HOUR)
    backup = backup_of(
        path, PutBoundary(ONE, NOW - 40 * HOUR), PutTrade(old_trade), PutIntent(INTENT),
        PutIntent(done), EndIntent(done.id, NOW, "DONE"),
    )  # fmt: skip
    write(path, DAY)
    restore(path, backup)
    assert state(path).intents == ()
    with closing(sqlite3.connect(path)) as reader:
        assert reader.execute("SELECT trade_id FROM trades").fetchall() == [(2,)]
        assert reader.execute("SELECT id FROM intents").fetchall() == [(3,)]


def test_a_lock_ended_since_the_backup_is_added_again(path):
    backup = backup_of(path, PutLock(FOR_EVER))
    write(path, PutLock(FOR_EVER), EndLock(FOR_EVER.key, NOW, "unlock"))
    assert restore(path, backup).added == (FOR_EVER,)


def test_a_present_database_that_is_broken_is_recovered_first(path):
    write(path, PutLock(LOCK))
    make_backup(path, NOW - 30 * HOUR)
    backup = backup_of(path, PutLock(COOLDOWN))
    path.write_bytes(b"no database" * 500)
    done = restore(path, backup)
    assert done.recovery is not None
    assert state(path).locks == (LOCK, COOLDOWN)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda backup: backup.write_bytes(b"no database" * 500), "no sound backup"),
        (lambda backup: backup.write_bytes(b""), "no sound backup"),
        (lambda backup: backup.unlink(), "cannot restore"),
        (lambda backup: alter(backup, "INSERT INTO schema_version VALUES (99)"), "version 99"),
        (lambda backup: alter(backup, "UPDATE locks SET kind = 'odd'"), "odd"),
    ],
)
def test_a_file_that_is_no_backup_of_ours_changes_nothing(path, spoil, said):
    backup = backup_of(path, PutLock(COOLDOWN))
    write(path, DAY, PutLock(LOCK))
    before = state(path)
    spoil(backup)
    with pytest.raises(RestoreError, match=said):
        restore(path, backup)
    assert state(path) == before
    assert {p.name for p in path.parent.iterdir()} == {"state.db", "elsewhere"}


def alter(path, sql):
    with closing(sqlite3.connect(path)) as other, other:
        other.execute(sql)


def test_the_backup_itself_is_not_changed(path):
    backup = backup_of(path, PutLock(COOLDOWN))
    kept = shutil.copy(backup, backup.with_name("copy"))
    restore(path, backup)
    assert backup.read_bytes() == kept.read_bytes()
