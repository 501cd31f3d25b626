"""RULE-010 AuthLossGuard: the broker's flag canTrade (S64 to S67, S97)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.decisions import Reading
from risk_manager.domain.events import AccountChanged
from risk_manager.domain.locks import LockKind
from risk_manager.domain.positions import AccountRow
from risk_manager.rules.auth_loss_guard import AuthLossGuard
from tests.support.limits import loss
from tests.support.make import ACCOUNT, OTHER, position
from tests.support.stage import Stage, market, rule

LOCKED = ["lock 010 account until -", "flatten"]


def guard(**keys):
    """The rule as the example file has it."""
    return rule(AuthLossGuard.section, **keys)


def says(stage, can_trade, account=ACCOUNT):
    """What an account event brings about; None is an event without the flag."""
    return stage.hear(AccountChanged(AccountRow(account, can_trade=can_trade)))


def locks(stage, account=ACCOUNT):
    """The numbers of the rules that lock."""
    return [lock.key.rule_id[-3:] for lock in stage.market.locks.active(account, stage.now)]


def test_true_to_false_locks_once_and_back_to_true_frees_and_does_nothing_else():
    stage = Stage(guard())
    assert stage.restored([position("MNQ", 1), position("ES", -1)]) == []
    assert says(stage, True) == []
    assert says(stage, False) == LOCKED
    assert stage.market.locks.active(ACCOUNT, stage.now)[0].kind is LockKind.BY_CONDITION
    stage.wait(86_400)
    assert says(stage, False) == []
    assert locks(stage) == ["010"]
    assert says(stage, True) == []
    assert locks(stage) == []
    assert [record.action for record in stage.step.records] == ["CLEAR_LOCKOUT"]


def test_found_false_at_the_start_is_locked():
    stage = Stage(guard())
    stage.account.can_trade = False
    assert stage.restored([position("MNQ", 1)]) == LOCKED
    assert stage.restored([position("MNQ", 1)]) == []


def test_s64_false_true_false_locks_frees_and_locks():
    stage = Stage(guard())
    assert [says(stage, flag) for flag in (False, True, False)] == [LOCKED, [], LOCKED]
    assert locks(stage) == ["010"]


@pytest.mark.parametrize("known", [True, False])
def test_s66_an_event_without_the_flag_changes_nothing(known):
    stage = Stage(guard())
    says(stage, known)
    before = locks(stage)
    assert says(stage, None) == []
    assert locks(stage) == before


def test_a_flag_never_heard_of_is_unknown():
    stage = Stage(guard())
    assert stage.restored([position("MNQ", 1)]) == []
    value, cause = stage.status("RULE-010")
    assert (value, cause) == (None, "the broker has not said whether the account may trade")


def test_s65_it_ends_its_own_lock_only():
    stage = Stage(guard(), loss())
    assert stage.fill("MNQ", -1, "-600") == ["lock 003 account until 03-11 17:00", "flatten"]
    assert says(stage, False) == LOCKED
    assert sorted(locks(stage)) == ["003", "010"]
    assert says(stage, True) == []
    assert locks(stage) == ["003"]


def test_without_auto_unlock_the_lock_stays():
    stage = Stage(guard(auto_unlock_on_restore=False))
    assert says(stage, False) == LOCKED
    (lock,) = stage.market.locks.active(ACCOUNT, stage.now)
    assert lock.kind is LockKind.BY_CONDITION_KEPT
    assert says(stage, True) == []
    assert locks(stage) == ["010"]
    assert stage.status("RULE-010") == ("canTrade true", None)


@pytest.mark.parametrize("unlocks", [True, False])
def test_while_its_lock_holds_it_is_no_new_breach(unlocks):
    one = guard(auto_unlock_on_restore=unlocks)
    stage = Stage(one)
    says(stage, False)
    verdict = one.check(AccountChanged(AccountRow(ACCOUNT)), stage.view)
    assert isinstance(verdict, Reading)
    assert stage.status("RULE-010") == ("canTrade false", None)


def test_a_restart_in_the_middle_keeps_the_lock_and_ends_it_later():
    first = Stage(guard())
    says(first, False)
    stored = first.market.locks.active(ACCOUNT, first.now)
    stage = Stage(guard(), locks=stored)
    assert stage.restored([position("MNQ", 1)]) == []
    assert locks(stage) == ["010"]
    assert says(stage, False) == []
    assert says(stage, True) == []
    assert locks(stage) == []


def test_accounts_are_kept_apart():
    shared = market()
    one, other = Stage(guard(), shared=shared), Stage(guard(), shared=shared, account=OTHER)
    assert says(one, False) == LOCKED
    assert says(other, True, OTHER) == []
    assert (locks(one), locks(other, OTHER)) == (["010"], [])


def test_a_shadow_locks_nothing():
    stage = Stage(guard(rule_mode="shadow"))
    assert says(stage, False) == []
    assert locks(stage) == []
    assert stage.status("RULE-010") == ("canTrade false", None)


@pytest.mark.parametrize(
    ("seconds", "valid"), [(9, False), (10, True), (3600, True), (3601, False)]
)
def test_the_check_interval_has_bounds_and_reaches_the_poll(seconds, valid):
    if valid:
        assert guard(check_interval_seconds=seconds).account_check_s == seconds
    else:
        with pytest.raises(ValueError, match="check_interval_seconds"):
            guard(check_interval_seconds=seconds)


@given(st.lists(st.sampled_from([True, False, None]), max_size=12))
def test_it_is_locked_exactly_while_the_last_word_was_false(flags):
    stage = Stage(guard())
    last = None
    for flag in flags:
        wanted = says(stage, flag)
        assert wanted == (LOCKED if flag is False and last is not False else [])
        last = last if flag is None else flag
        assert locks(stage) == (["010"] if last is False else [])
