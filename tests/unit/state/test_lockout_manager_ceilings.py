"""Ceilings follow reductions by fills and never rise; no history of sets frees an account."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.ids import OrderId, RuleId
from risk_manager.domain.locks import Lockout
from risk_manager.state.lock_merging import lower_ceiling, merge
from risk_manager.state.lockout_manager import LockoutManager
from tests.support.make import ACCOUNT, NOW, OTHER, trade
from tests.unit.state.test_lockout_manager import ES, MNQ, lock, locked

sizes = st.integers(-5, 5)
ends = st.none() | st.integers(1, 100).map(lambda hours: NOW + timedelta(hours=hours))
locks = st.builds(
    lambda rule, until, mnq, es: lock(rule, until, MNQ=mnq, ES=es),
    st.sampled_from(["003", "006"]), ends, sizes.filter(bool), sizes.filter(bool),
)  # fmt: skip


def test_s116_a_ceiling_falls_with_the_exposure_and_does_not_rise_again():
    manager = locked(lock("006", MNQ=3), lock("007", MNQ=2), lock("003", account=OTHER, MNQ=3))
    changed = manager.note_exposure(ACCOUNT, MNQ, 1, NOW)
    assert [(item.key.rule_id, item.ceilings) for item in changed] == [
        ("RULE-006", {MNQ: 1}), ("RULE-007", {MNQ: 1}),
    ]  # fmt: skip
    assert manager.note_exposure(ACCOUNT, MNQ, 3, NOW) == []
    assert manager.ceiling(ACCOUNT, MNQ, "MNQ", NOW) == 1
    assert manager.ceiling(OTHER, MNQ, "MNQ", NOW) == 3


def test_a_flip_leaves_nothing_on_either_side_and_other_contracts_alone():
    manager = locked(lock("006", MNQ=3, ES=1))
    manager.note_exposure(ACCOUNT, MNQ, -1, NOW)
    assert manager.active(ACCOUNT, NOW)[0].ceilings == {ES: 1}
    assert manager.note_exposure(ACCOUNT, MNQ, 3, NOW) == []


@pytest.mark.parametrize(
    ("seconds", "left"), [(-1, 3), (0, 3), (0.5, 3), (1, 3), (1.001, 1), (None, 1)]
)
def test_only_what_surely_happened_after_a_lock_lowers_it(seconds, left):
    """The lock beside it was set long before and follows in every case."""
    at = None if seconds is None else NOW + timedelta(seconds=seconds)
    early = lock("007", MNQ=3, set_at=NOW - timedelta(hours=1))
    manager = locked(lock("003", account=OTHER, MNQ=3), lock("006", MNQ=3), lock("009"), early)
    manager.note_exposure(ACCOUNT, MNQ, 1, NOW, happened_at=at)
    kept = {item.key.rule_id: item.ceilings for item in manager.active(ACCOUNT, NOW)}
    assert kept == {"RULE-006": {MNQ: left}, "RULE-007": {MNQ: 1}, "RULE-009": {}}


def test_flat_changes_no_lock_that_let_nothing_stay():
    assert locked(lock("006")).note_exposure(ACCOUNT, MNQ, 0, NOW) == []


def test_an_expired_lock_follows_nothing():
    manager = LockoutManager([lock(until=NOW, MNQ=3)])
    assert manager.note_exposure(ACCOUNT, MNQ, 1, NOW) == []


@given(sizes, sizes)
def test_the_lower_ceiling_is_symmetric_and_never_larger(one, other):
    low = lower_ceiling(one, other)
    assert low == lower_ceiling(other, one)
    assert abs(low) <= min(abs(one), abs(other))
    assert low * one >= 0


def is_not_after(one: Lockout, other: Lockout) -> bool:
    """Whether `one` ends no later than `other`."""
    return other.until is None or (one.until is not None and one.until <= other.until)


@given(locks, locks)
def test_a_merge_is_no_weaker_than_either(old, new):
    both = merge(old, new)
    for part in (old, new):
        assert is_not_after(part, both)
        for contract in (MNQ, ES):
            kept, before = both.ceilings.get(contract, 0), part.ceilings[contract]
            assert kept == lower_ceiling(kept, before)
    assert both.until in (old.until, new.until)
    assert both.reason == (old if both.until == old.until else new).reason


@given(st.lists(locks, min_size=1), st.integers(0, 110))
def test_an_account_is_free_only_after_every_end_that_was_ever_set(history, hours):
    manager = locked(*history)
    now = NOW + timedelta(hours=hours)
    ends_at = [item.until for item in history]
    expected = any(end is None or end > now for end in ends_at)
    assert manager.is_locked_out(ACCOUNT, now) is expected
    info = manager.get_lockout_info(ACCOUNT, now)
    assert (info is None) is not expected
    if info is not None and info.remaining_s is not None:
        assert 0 <= info.remaining_s <= 100 * 3600


@given(st.integers(1, 5), st.lists(sizes, max_size=8))
def test_a_ceiling_is_the_least_exposure_on_its_side_since_the_lock(start, exposures):
    manager = locked(lock("006", MNQ=start))
    for exposure in exposures:
        manager.note_exposure(ACCOUNT, MNQ, exposure, NOW)
    least = min([start, *(max(exposure, 0) for exposure in exposures)])
    assert manager.ceiling(ACCOUNT, MNQ, "MNQ", NOW) == least


@pytest.mark.parametrize(
    ("ceiling", "fill", "exposure", "expected"),
    [
        (1, 1, 2, 2),
        (1, 2, 3, 3),
        (1, 1, 4, 2),
        (1, 3, 2, 2),
        (0, 2, 2, 2),
        (0, 4, 2, 2),
        (-1, -2, -3, -3),
        (2, -1, 1, 2),
        (2, -1, -1, -1),
        (-1, 1, 3, 1),
        (2, -2, 0, 2),
    ],
)
def test_s176_a_fill_of_the_causing_order_raises_by_what_it_adds(ceiling, fill, exposure, expected):
    cause = replace(lock("006", **({"MNQ": ceiling} if ceiling else {})), cause_order=OrderId(7))
    manager = locked(cause, lock("007", MNQ=9))
    assert manager.note_fill(ACCOUNT, trade("MNQ", fill, order=8), exposure, NOW) == []
    manager.note_fill(ACCOUNT, trade("MNQ", fill, order=7), exposure, NOW)
    key = next(item for item in manager.active(ACCOUNT, NOW) if item.cause_order == 7)
    assert key.ceilings.get(MNQ, 0) == expected


@pytest.mark.parametrize(
    ("ceiling", "fill", "expected"),
    [
        (3, 1, 2),
        (1, 1, 0),
        (1, 2, 0),
        (0, 1, 0),
        (-3, -1, -2),
        (-1, -2, 0),
        (2, -1, 2),
        (-2, 1, -2),
    ],
)
def test_taking_a_fill_back_leaves_what_was_there_before_it(ceiling, fill, expected):
    cause = replace(lock("006", **({"MNQ": ceiling} if ceiling else {})), cause_order=OrderId(7))
    manager = locked(cause, lock("007", MNQ=9, ES=1))
    manager.take_back(ACCOUNT, trade("MNQ", fill, order=8), NOW)
    manager.take_back(OTHER, trade("MNQ", fill, order=7), NOW)
    assert manager.get(cause.key, NOW) == cause
    manager.take_back(ACCOUNT, trade("MNQ", fill, order=7), NOW)
    left = {item.key.rule_id: item.ceilings for item in manager.active(ACCOUNT, NOW)}
    kept = {MNQ: expected} if expected else {}
    assert left == {RuleId("RULE-006"): kept, RuleId("RULE-007"): {MNQ: 9, ES: 1}}


def test_the_first_causing_order_stays_the_cause():
    first = replace(lock("006", MNQ=1), cause_order=OrderId(7))
    later = replace(first, until=NOW + timedelta(hours=99), cause_order=OrderId(8))
    assert merge(first, later).cause_order == 7


@pytest.mark.parametrize("hours", [1, 99, None])
def test_a_lock_that_was_made_longer_was_still_set_when_it_was_set_first(hours):
    until = None if hours is None else NOW + timedelta(hours=hours)
    later = lock("006", until, set_at=NOW + timedelta(minutes=5))
    assert merge(lock("006"), later).set_at == NOW
