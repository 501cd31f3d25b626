"""Breaches of one step become one plan: the strongest remedy per contract, every lock (S76)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CloseContract,
    Flatten,
    LockOut,
    ReduceContract,
)
from risk_manager.domain.errors import UnknownVerbError
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKind
from risk_manager.enforcement.enforcement_engine import Found, Plan, merge
from tests.support.make import NOW, cid

MNQ, ES = cid("MNQ"), cid("ES")


def found(*decisions, rule="RULE-001", mono=1.0) -> Found:
    """A breach with these decisions."""
    return Found(RuleId(rule), Breach(f"reason {rule}", decisions), mono)


def targets(plan: Plan) -> dict[str, int]:
    """Target per contract."""
    return {contract_id: target for contract_id, (target, _) in plan.targets.items()}


@pytest.mark.parametrize(
    ("one", "other", "target"),
    [
        (ReduceContract(MNQ, 3), ReduceContract(MNQ, 2), 2),
        (ReduceContract(MNQ, 2), ReduceContract(MNQ, 3), 2),
        (ReduceContract(MNQ, 2), CloseContract(MNQ), 0),
        (CloseContract(MNQ), ReduceContract(MNQ, 2), 0),
    ],
)
def test_the_lower_target_wins_and_keeps_its_reason(one, other, target):
    plan = merge([found(one), found(other, rule="RULE-002")])
    assert targets(plan) == {MNQ: target}
    wanted = one if getattr(one, "target", 0) == target else other
    assert plan.targets[MNQ][1].rule_id == ("RULE-001" if wanted is one else "RULE-002")
    assert plan.target_of(MNQ) == target


def test_s76_one_close_for_two_breaches_and_the_first_finder_is_named():
    plan = merge([found(Flatten()), found(Flatten(), rule="RULE-003", mono=2.0)])
    assert plan.flatten is not None
    assert (plan.flatten.rule_id, plan.flatten.reason) == ("RULE-001", "reason RULE-001")
    assert plan.flatten.event_mono == 1.0
    assert plan.target_of(ES) == 0


def test_all_locks_are_kept_in_order():
    locks = [LockOut(LockKind.UNTIL_RESET, NOW), LockOut(LockKind.UNTIL_SESSION, None, "ES")]
    plan = merge([found(locks[0], Flatten()), found(locks[1], rule="RULE-009")])
    assert [(one.rule_id, lock) for one, lock in plan.locks] == [
        ("RULE-001", locks[0]), ("RULE-009", locks[1]),
    ]  # fmt: skip


def test_closing_cancels_the_entries_of_its_contract_and_reducing_does_not():
    plan = merge([found(CloseContract(MNQ)), found(ReduceContract(ES, 1)), found(CancelEntries())])
    assert set(plan.cancels) == {MNQ, None}
    assert plan.target_of(cid("RTY")) is None


def test_no_breach_is_no_plan():
    assert merge([]) == Plan()


decisions = st.one_of(
    st.builds(CloseContract, st.sampled_from([MNQ, ES])),
    st.builds(ReduceContract, st.sampled_from([MNQ, ES]), st.integers(1, 9)),
    st.builds(CancelEntries, st.sampled_from([None, MNQ, ES])),
    st.just(Flatten()),
    st.just(LockOut(LockKind.UNTIL_RESET, NOW)),
)


@given(st.lists(decisions, max_size=8), st.randoms())
def test_the_order_of_the_breaches_changes_no_target(many, random):
    plan = merge(found(decision) for decision in many)
    shuffled = list(many)
    random.shuffle(shuffled)
    other = merge(found(decision) for decision in shuffled)
    assert targets(plan) == targets(other)
    assert set(plan.cancels) == set(other.cancels)
    assert (plan.flatten is None) == (other.flatten is None) == (Flatten() not in many)
    assert len(plan.locks) == sum(isinstance(decision, LockOut) for decision in many)


class Hedge:
    """A verb that enforcement does not know."""


def test_s107_a_verb_that_nothing_carries_out_raises():
    with pytest.raises(UnknownVerbError, match="nothing carries out a Hedge"):
        merge([found(CloseContract(MNQ), Hedge())])
