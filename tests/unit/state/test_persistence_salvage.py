"""A broken database and its backup: every lock found in either is kept, in its longer form."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from risk_manager.domain.ids import AccountId, IntentId, RuleId, TradeId
from risk_manager.domain.locks import LockKey
from risk_manager.state.backups import make_backup
from risk_manager.state.persistence import Store
from risk_manager.state.writes import (
    EndLock,
    PutBoundary,
    PutIntent,
    PutLock,
    PutMeta,
    PutTrade,
)
from tests.unit.state.store_samples import CON, INTENT, KEY, LOCK, NOW, TRADE

HOUR = timedelta(hours=1)
TODAY = replace(LOCK, key=LockKey(AccountId(1), "account", RuleId("RULE-006")), until=NOW + HOUR)
DAY = PutBoundary(AccountId(1), NOW - HOUR)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


def write(path, *rows):
    store = Store.open(path)
    store.commit(rows)
    store.close()


def spoil_last_page(path):
    content = path.read_bytes()
    path.write_bytes(content[:-4096] + b"\xa5" * 4096)


def opened(path):
    """What a start finds, and what it says."""
    store = Store.open(path)
    try:
        return store.load(), store.recovery
    finally:
        store.close()


def test_locks_of_both_and_the_rows_of_the_newer_one(path):
    write(path, DAY, PutLock(LOCK), PutTrade(TRADE))
    make_backup(path, NOW)
    newer = replace(TRADE, id=TradeId(8), at=NOW + HOUR)
    later = replace(INTENT, id=IntentId(12))
    write(path, EndLock(KEY, NOW, "time"), PutLock(TODAY), PutTrade(newer), PutIntent(later))
    spoil_last_page(path)
    state, recovery = opened(path)
    assert recovery is not None
    assert recovery.backup is not None
    assert state.locks == (LOCK, TODAY)
    assert state.trades == {1: (TRADE, newer)}
    assert (state.intents, state.last_intent_id) == ((later,), 12)
    assert opened(path)[1] is None, "the next start finds nothing amiss"


def test_one_key_in_both_keeps_the_later_end_and_the_lower_ceiling(path):
    write(path, PutLock(replace(LOCK, until=NOW + 2 * HOUR, ceilings={CON: 3})))
    make_backup(path, NOW)
    write(path, PutLock(replace(LOCK, until=NOW + HOUR, ceilings={CON: 1})))
    spoil_last_page(path)
    (lock,) = opened(path)[0].locks
    assert (lock.until, dict(lock.ceilings)) == (NOW + 2 * HOUR, {CON: 1})


def test_rows_that_make_no_sense_do_not_hinder_the_start(path):
    write(path, DAY, PutLock(LOCK), PutMeta("trusted_instant", "yesterday"))
    good = replace(LOCK, key=LockKey(AccountId(1), "MNQ", RuleId("RULE-011")))
    write(path, PutLock(replace(TODAY, ceilings={}, reason="x")), PutLock(good))
    content = path.read_bytes()
    assert content.count(b"until_reset") == 3
    path.write_bytes(content.replace(b"until_reset", b"until_resxt", 1))
    spoil_last_page(path)
    state, _ = opened(path)
    assert len(state.locks) == 2
    assert "trusted_instant" not in state.meta


@pytest.mark.parametrize("leftover", ["-wal", "-shm"])
def test_a_recovery_that_was_killed_is_finished_by_the_next_start(path, leftover):
    """The new file stood ready beside the broken one, whose log must not be played into it."""
    write(path, PutLock(LOCK))
    shutil.copy(path, path.with_name("state.db.recovered"))
    path.write_bytes(b"broken" * 1000)
    path.with_name(f"state.db{leftover}").write_bytes(b"\0" * 5000)
    state, recovery = opened(path)
    assert state.locks == (LOCK,)
    assert recovery is not None
    assert "interrupted" in recovery.cause
    assert not path.with_name("state.db.recovered").exists()


def test_a_recovery_that_was_killed_while_it_built_begins_again(path):
    write(path, PutLock(LOCK))
    make_backup(path, NOW)
    path.with_name("state.db.building").write_bytes(b"half")
    path.write_bytes(b"broken" * 1000)
    state, recovery = opened(path)
    assert state.locks == (LOCK,)
    assert recovery is not None
    assert recovery.backup is not None
