"""The judge: the order of the rules, merged plans, and events that are old."""

from dataclasses import replace

import pytest

from risk_manager.domain.events import (
    ConfigActivated,
    OrderChanged,
    PositionChanged,
    TradeExecuted,
)
from risk_manager.domain.ids import RuleId
from risk_manager.domain.orders import OrderStatus
from risk_manager.state.writes import PutLock
from tests.support.limits import cap, caps, loss
from tests.support.make import ACCOUNT, NOW, cid, ny, order, position, trade
from tests.support.sessions import hours
from tests.support.stage import Stage, rule

LOCKED = ["lock 003 account until 03-11 17:00", "flatten"]
LONG_AGO = ny("2026-03-11 12:00")


def test_s159_the_narrower_cap_is_asked_first_and_the_wider_sees_its_target():
    stage = Stage(cap(reduce_to_limit=True), caps(MNQ=2, ES=3))
    assert [one.rule_id for one in stage.judge.rules] == ["RULE-002", "RULE-001"]
    assert stage.restored([position("ES", 3)]) == []
    assert stage.fill("MNQ", 4) == ["MNQ to 2"]
    assert stage.status("RULE-001") == ("5", None)


def test_the_lower_target_of_two_reduces_and_the_stronger_remedy_win():
    stage = Stage(rule("max_contracts", limit=2, reduce_to_limit=True), caps(MNQ=3))
    assert stage.fill("MNQ", 5) == ["MNQ to 2"]
    stage = Stage(cap(), caps(MNQ=9))
    assert stage.fill("RTY", 6) == ["close RTY"]
    assert stage.status("RULE-001") == ("0", None)


def test_every_lock_of_a_step_is_set_and_stored():
    day = {"enabled": True, "start": "09:30", "end": "16:00", "timezone": "America/New_York"}
    session = rule("session_block_outside", global_session=day)
    stage = Stage(loss(), session, now=ny("2026-03-11 16:30"))
    wanted = stage.restored([position("MNQ", 1)], trades=[trade("MNQ", 1, pnl="-500")])
    assert wanted == [
        LOCKED[0],
        "lock 009 MNQ until 03-12 09:30",
        "lock 009 account until 03-12 09:30",
        "flatten",
    ]
    rows = [write.lock.key.rule_id for write in stage.step.writes if isinstance(write, PutLock)]
    assert rows == ["RULE-003", "RULE-009", "RULE-009"]
    actions = [record.action for record in stage.step.records]
    assert actions == ["SET_LOCKOUT", "SET_SYMBOL_LOCKOUT", "SET_LOCKOUT"]


def aged(stage: Stage, seconds: float) -> PositionChanged:
    """A breach of the cap whose newest fill is so old; the trade itself is known."""
    stage.hear(TradeExecuted(trade("MNQ", 6, at=stage.now)))
    stage.wait(seconds)
    return PositionChanged(position("MNQ", 6, opened=LONG_AGO, number=4))


@pytest.mark.parametrize(("seconds", "looks"), [(0, False), (2.0, False), (2.001, True)])
def test_s169_a_rule_without_a_lock_looks_before_it_acts_on_an_old_event(seconds, looks):
    stage = Stage(cap())
    event = aged(stage, seconds)
    assert stage.hear(event) == ([] if looks else ["flatten"])
    assert stage.judge.wants_look is looks
    assert stage.restored([position("MNQ", 4, number=4)]) == []
    assert stage.restored([position("MNQ", 6, number=4)]) == ["flatten"]
    assert stage.judge.wants_look is False


def test_a_position_just_opened_is_not_old_and_a_look_needs_no_second_one():
    stage = Stage(cap())
    stage.hear(TradeExecuted(trade("MNQ", 1, at=LONG_AGO)))
    assert stage.hear(PositionChanged(position("MNQ", 6, opened=NOW))) == ["flatten"]
    stage = Stage(cap())
    old = PositionChanged(position("MNQ", 6, opened=LONG_AGO))
    assert stage.hear(old) == []
    assert stage.hear(old, fresh=True) == ["flatten"]


def test_an_order_is_as_old_as_its_last_change():
    stage = Stage(caps(MNQ=2))
    old = order("MES", 1, created=LONG_AGO)
    assert stage.hear(OrderChanged(old)) == []
    assert stage.judge.wants_look is True
    assert stage.hear(OrderChanged(replace(old, updated_at=NOW))) == ["cancel MES"]
    assert stage.hear(OrderChanged(replace(old, status=OrderStatus.FILLED))) == []


def test_a_rule_with_a_lock_acts_on_an_old_event_at_once():
    stage = Stage(loss())
    stage.wait(600)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, at=NOW, pnl="-500"))) == LOCKED


def test_a_session_lock_does_not_wait_for_a_look_either():
    stage = Stage(hours(), now=ny("2026-03-11 20:00"))
    assert "close MNQ" in stage.hear(PositionChanged(position("MNQ", 1, opened=LONG_AGO)))
    assert stage.judge.wants_look is False


def test_what_has_no_time_of_its_own_is_not_old():
    stage = Stage(cap())
    assert stage.hear(PositionChanged(position("MNQ", 6, opened=None))) == ["flatten"]
    stage.wait(60)
    assert stage.hear(ConfigActivated(ACCOUNT)) == ["flatten"]
    assert stage.judge.status[RuleId("RULE-001")].events == 2


def test_planned_targets_count_only_until_the_plan_is_handed_over():
    stage = Stage(cap())
    assert stage.fill("MNQ", 6) == ["flatten"]
    assert stage.view.size_after_pending(cid("MNQ")) == 6
    stage.flying = {cid("MNQ"): 0}
    assert stage.view.size_after_pending(cid("MNQ")) == 0
