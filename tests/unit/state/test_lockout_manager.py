"""Locks: merging, ends, scopes, ceilings (S46, S65, S88, S89, S116, S124, S176)."""

from datetime import timedelta

import pytest

from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.state.lockout_manager import LockoutManager
from tests.support.make import ACCOUNT, NOW, OTHER, cid

RESET = NOW + timedelta(hours=3)
MNQ, ES = cid("MNQ"), cid("ES")
HARD = LockKind.UNTIL_RESET


def lock(
    rule="003", until=RESET, *, scope="account", kind=HARD, account=ACCOUNT, set_at=NOW, **ceilings
) -> Lockout:
    """A lock; ceilings by ticker, e.g. `MNQ=2`."""
    key = LockKey(AccountId(account), scope, RuleId(f"RULE-{rule}"))
    kept = {cid(name): size for name, size in ceilings.items()}
    return Lockout(key, kind, f"reason {rule}", set_at, until, ceilings=kept)


def locked(*locks: Lockout) -> LockoutManager:
    """A manager in which these were set, in this order."""
    manager = LockoutManager()
    for item in locks:
        manager.set(item, NOW)
    return manager


@pytest.mark.parametrize(
    ("first", "second", "until"),
    [
        (RESET, RESET - timedelta(hours=2), RESET),
        (RESET - timedelta(hours=2), RESET, RESET),
        (None, RESET, None),
        (RESET, None, None),
        (None, None, None),
    ],
)
def test_a_lock_is_never_replaced_by_a_shorter_one(first, second, until):
    manager = locked(lock(until=first), lock(until=second))
    assert [item.until for item in manager.active(ACCOUNT, NOW)] == [until]


def test_setting_the_same_again_changes_nothing_and_a_change_returns_the_row():
    manager = LockoutManager()
    first = lock(MNQ=2)
    assert manager.set(first, NOW) == first
    assert manager.set(lock(MNQ=2, set_at=NOW + timedelta(1)), NOW) is None
    lower = manager.set(lock(MNQ=1), NOW)
    assert lower is not None
    assert (lower.ceilings, lower.set_at) == ({MNQ: 1}, NOW)


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ({"MNQ": 2}, {"MNQ": 1}, {MNQ: 1}),
        ({"MNQ": 1}, {"MNQ": 2}, {MNQ: 1}),
        ({"MNQ": -2}, {"MNQ": -3}, {MNQ: -2}),
        ({"MNQ": 2}, {"MNQ": -2}, {}),
        ({"MNQ": 2}, {}, {}),
        ({}, {"MNQ": 2}, {}),
        ({"MNQ": 2, "ES": 1}, {"ES": 1}, {ES: 1}),
    ],
)
def test_merging_keeps_the_lower_ceiling_of_each_contract(old, new, kept):
    assert locked(lock(**old), lock(**new)).active(ACCOUNT, NOW)[0].ceilings == kept


def test_an_expired_row_is_replaced_not_merged():
    manager = locked(lock(until=RESET, MNQ=1))
    later = lock(until=RESET + timedelta(days=1), MNQ=3)
    assert manager.set(later, RESET) == later


def test_a_lock_ends_at_its_instant_exactly():
    manager = locked(lock())
    just_before = RESET - timedelta(microseconds=1)
    assert manager.is_locked_out(ACCOUNT, just_before)
    assert manager.get(lock().key, just_before) == lock()
    assert manager.get(lock("006").key, just_before) is None
    assert not manager.is_locked_out(ACCOUNT, RESET)
    assert manager.get(lock().key, RESET) is None
    assert manager.pop_due(just_before) == []
    assert manager.pop_due(RESET) == [lock()]
    assert manager.pop_due(RESET) == []


def test_s88_s46_a_cooldown_neither_shortens_nor_ends_a_day_lock():
    cooldown = lock("006", NOW + timedelta(seconds=60), kind=LockKind.COOLDOWN)
    for order in ((lock(), cooldown), (cooldown, lock())):
        manager = locked(*order)
        after = NOW + timedelta(seconds=60)
        assert manager.pop_due(after) == [cooldown]
        assert manager.is_locked_out(ACCOUNT, after)
        assert manager.active(ACCOUNT, after) == [lock()]


def test_s89_a_lock_without_an_end_is_compared_listed_and_never_due():
    forever = lock("010", None, kind=LockKind.BY_CONDITION)
    manager = LockoutManager([forever, lock()])
    assert manager.active(ACCOUNT, NOW) == [forever, lock()]
    assert manager.next_due() == RESET
    assert manager.pop_due(NOW + timedelta(days=4000)) == [lock()]
    assert manager.next_due() is None
    info = manager.get_lockout_info(ACCOUNT, NOW)
    assert info is not None
    assert (info.lock, info.remaining_s, info.others) == (forever, None, 0)


def test_s65_one_end_never_ends_another():
    manager = locked(lock("003"), lock("010", None, kind=LockKind.BY_CONDITION))
    ended = manager.end(lock("010").key)
    assert ended is not None
    assert manager.end(lock("010").key) is None
    assert manager.active(ACCOUNT, NOW) == [lock("003")]


def test_the_screen_shows_the_lock_that_ends_last_and_how_many_others():
    short = lock("006", NOW + timedelta(seconds=90, milliseconds=600), kind=LockKind.COOLDOWN)
    block = lock("011", None, scope="RTY", kind=LockKind.SYMBOL_BLOCK)
    info = locked(short, lock(), block).get_lockout_info(ACCOUNT, NOW)
    assert info is not None
    assert (info.lock, info.remaining_s, info.others) == (lock(), 3 * 3600, 1)
    only = locked(short).get_lockout_info(ACCOUNT, NOW)
    assert only is not None
    assert only.remaining_s == 90
    last = locked(short).get_lockout_info(ACCOUNT, NOW + timedelta(seconds=90))
    assert last is not None
    assert last.remaining_s == 0
    assert locked(block).get_lockout_info(ACCOUNT, NOW) is None


def test_a_symbol_lock_locks_its_root_only_and_an_account_lock_every_root():
    manager = locked(lock("011", None, scope="RTY"))
    assert not manager.is_locked_out(ACCOUNT, NOW)
    assert manager.is_symbol_locked(ACCOUNT, "RTY", NOW)
    assert not manager.is_symbol_locked(ACCOUNT, "M2K", NOW)
    manager.set(lock(), NOW)
    assert manager.is_symbol_locked(ACCOUNT, "M2K", NOW)
    assert not manager.is_symbol_locked(OTHER, "RTY", NOW)
    assert not manager.is_locked_out(OTHER, NOW)


@pytest.mark.parametrize(
    ("locks", "root", "ceiling"),
    [
        ([], "MNQ", None),
        ([lock(MNQ=2)], "MNQ", 2),
        ([lock(MNQ=2)], None, 2),
        ([lock()], "MNQ", 0),
        ([lock(ES=2)], "MNQ", 0),
        ([lock("006", MNQ=3), lock("007", MNQ=1)], "MNQ", 1),
        ([lock("006", MNQ=-3), lock("007", MNQ=-1)], "MNQ", -1),
        ([lock("006", MNQ=3), lock("007", MNQ=-1)], "MNQ", 0),
        ([lock("006", MNQ=3), lock("009", scope="MNQ")], "MNQ", 0),
        ([lock("006", MNQ=3), lock("009", scope="MNQ")], None, 3),
        ([lock("009", scope="ES")], "MNQ", None),
        ([lock("003", account=OTHER)], "MNQ", None),
        ([lock("003", account=OTHER), lock("006", NOW), lock(MNQ=2)], "MNQ", 2),
        ([lock("009", scope="ES"), lock(MNQ=2)], "MNQ", 2),
        ([lock(until=NOW)], "MNQ", None),
    ],
)
def test_the_ceiling_is_the_lowest_of_the_locks_that_cover_the_contract(locks, root, ceiling):
    assert LockoutManager(locks).ceiling(ACCOUNT, MNQ, root, NOW) == ceiling


def test_only_day_locks_whose_time_is_over_end_with_the_reset():
    kinds = (HARD, LockKind.RULE_ERROR, LockKind.COOLDOWN, LockKind.UNTIL_SESSION)
    locks = [lock(f"00{number}", RESET, kind=kind) for number, kind in enumerate(kinds)]
    locks.append(lock("008", RESET + timedelta(1)))
    manager = locked(*locks, lock("009", account=OTHER), lock("010", None))
    assert manager.end_day_locks(ACCOUNT, RESET) == locks[:2]
    assert manager.end_day_locks(ACCOUNT, RESET) == []
    assert manager.pop_due(RESET) == [*locks[2:4], lock("009", account=OTHER)]
