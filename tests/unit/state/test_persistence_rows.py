"""What the database keeps, replaces, ends and prunes (S89, MOD-002, daemon retention)."""

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from risk_manager.domain.ids import AccountId, IntentId, PositionId, RuleId, TradeId
from risk_manager.domain.locks import LockKey
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.state.persistence import Store, StoreError
from risk_manager.state.writes import (
    EndIntent,
    EndLock,
    PutBoundary,
    PutDeadPosition,
    PutEnforcement,
    PutIntent,
    PutLock,
    PutTrade,
)
from tests.unit.state.store_samples import CON, INTENT, KEY, LOCK, NOW, STEP, TRADE

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "guard.db")
    yield opened
    opened.close()


def test_a_new_store_is_empty_and_says_nothing_was_lost(store):
    state = store.load()
    assert store.recovery is None
    assert (state.locks, state.intents, state.contracts, state.last_intent_id) == ((), (), (), 0)
    assert (state.boundaries, state.trades, state.enforcement, state.meta) == ({}, {}, {}, {})


def test_a_lock_without_an_end_comes_back_without_one(store):
    endless = replace(LOCK, until=None)
    store.commit([PutLock(endless)])
    assert store.load().locks == (endless,)


def test_a_lock_replaces_the_row_of_its_key_and_no_other(store):
    other = replace(LOCK, key=LockKey(AccountId(1), "MNQ", KEY.rule_id))
    longer = replace(LOCK, until=NOW + DAY, ceilings={CON: -2})
    store.commit([PutLock(LOCK), PutLock(other), PutLock(longer)])
    assert {lock.until for lock in store.load().locks} == {NOW, NOW + DAY}
    assert sorted(lock.key.scope for lock in store.load().locks) == ["MNQ", "account"]


def test_an_ended_lock_is_history_and_its_key_can_be_set_again(store):
    store.commit([PutLock(LOCK), EndLock(KEY, NOW, "time"), EndLock(KEY, NOW, "again")])
    assert store.load().locks == ()
    store.commit([PutLock(LOCK)])
    assert store.load().locks == (LOCK,)
    store.commit([EndLock(KEY, NOW, "time")])
    assert store.load().locks == ()


def test_a_voided_copy_replaces_the_trade(store):
    voided = replace(TRADE, voided=True)
    store.commit([PutBoundary(AccountId(1), NOW), PutTrade(TRADE), PutTrade(voided)])
    assert store.load().trades == {1: (voided,)}


def test_trades_are_those_of_the_account_since_its_boundary(store):
    before = replace(TRADE, id=TradeId(6), at=NOW - timedelta(microseconds=1))
    other = replace(TRADE, account_id=AccountId(2))
    writes = [PutTrade(trade) for trade in (TRADE, before, other)]
    store.commit([*writes, PutBoundary(AccountId(1), NOW), PutBoundary(AccountId(3), NOW)])
    assert store.load().trades == {1: (TRADE,), 3: ()}


def test_finished_intents_are_not_resumed_but_their_number_is_not_used_again(store):
    store.commit([PutIntent(INTENT), PutIntent(replace(INTENT, id=IntentId(9)))])
    store.commit([EndIntent(IntentId(9), NOW, "DONE")])
    assert store.load().intents == (INTENT,)
    assert store.load().last_intent_id == 9


def test_the_newest_twenty_records_of_each_account_and_those_without_an_outcome(store):
    def record(number, account):
        return EnforcementRecord(
            f"{account}-{number}", NOW + timedelta(seconds=number), AccountId(account),
            RuleId("RULE-001"), "reason", "CLOSE_POSITION", Outcome.ALREADY,
        )  # fmt: skip

    records = [record(number, account) for number in range(25) for account in (1, 2)]
    store.commit([PutEnforcement(each) for each in records])
    done = replace(record(24, 1), outcome=Outcome.DONE, ms_to_flat=3.25)
    store.commit([PutEnforcement(done)])
    found = store.load().enforcement
    assert found[AccountId(1)][0] == done
    assert [each.key for each in found[AccountId(2)]] == [f"2-{n}" for n in range(24, 4, -1)]
    without_end = replace(record(0, 2), outcome=Outcome.STARTED)
    store.commit([PutEnforcement(without_end)])
    assert store.load().enforcement[AccountId(2)][-1] == without_end


def test_a_failed_step_leaves_nothing_and_the_next_one_works(store):
    naive = replace(TRADE, id=TradeId(8), at=NOW.replace(tzinfo=None))
    with pytest.raises(StoreError, match="no time zone"):
        store.commit([PutLock(LOCK), PutTrade(naive)])
    huge = replace(TRADE, id=TradeId(2**63))
    with pytest.raises(StoreError):
        store.commit([PutLock(LOCK), PutTrade(huge)])
    assert store.load().locks == ()
    store.commit(STEP)
    assert store.load().locks == (LOCK,)


def test_pruning_keeps_90_days_and_whatever_is_still_open(store):
    old = NOW - 91 * DAY
    store.commit([PutBoundary(AccountId(1), old - DAY)])
    store.commit([PutTrade(replace(TRADE, id=TradeId(n), at=old)) for n in range(100, 550)])
    store.commit([PutTrade(TRADE), PutLock(replace(LOCK, set_at=old, until=None))])
    store.commit([PutDeadPosition(AccountId(1), CON, PositionId(n), old) for n in range(3)])
    store.commit([PutIntent(replace(INTENT, created_at=old))])
    assert store.prune(NOW) == 453
    state = store.load()
    assert state.trades == {1: (TRADE,)}
    assert len(state.locks) == len(state.intents) == 1
    store.commit([EndLock(KEY, old, "unlock"), EndIntent(INTENT.id, old, "DONE")])
    assert store.prune(NOW) == 2
    assert store.prune(NOW) == 0


def test_a_step_is_committed_in_a_fraction_of_a_millisecond(store):
    taken = []
    for number in range(300):
        trade = replace(TRADE, id=TradeId(number), pnl=Decimal(-number))
        started = time.perf_counter()
        store.commit([PutTrade(trade), *STEP[1:]])
        taken.append(time.perf_counter() - started)
    assert sorted(taken)[150] < 1e-3, "ten times what it takes on a slow machine"
