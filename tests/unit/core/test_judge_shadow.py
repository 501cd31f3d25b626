"""The judge: rules in shadow, and rules that raise (S122, S150, S151)."""

from typing import Any, ClassVar

import pytest

from risk_manager.config.base import RuleConfig
from risk_manager.domain.decisions import Verdict
from risk_manager.domain.events import ConfigActivated, Event, StateRestored, TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKind
from risk_manager.domain.records import Level, Outcome
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule, RuleContext
from risk_manager.state.writes import PutEnforcement
from tests.support.limits import cap, caps, loss
from tests.support.make import ACCOUNT, NOW, order, position, trade
from tests.support.stage import NO_HOLIDAYS, Stage, rule

LOCKED = ["lock 003 account until 03-11 17:00", "flatten"]
SHADOWS = pytest.mark.parametrize(
    ("one", "settings"), [({"rule_mode": "shadow"}, {}), ({}, {"mode": "shadow"})]
)


class Broken(Rule[RuleConfig]):
    """Raises at every event."""

    rule_id: ClassVar = RuleId("RULE-000")
    section: ClassVar = "broken"
    title: ClassVar = "Broken"
    config_model: ClassVar = RuleConfig
    listens_to: ClassVar = (TradeExecuted, StateRestored)

    def check(self, event: Event, view: AccountView) -> Verdict:
        raise ZeroDivisionError("division by zero")

    def describe_limit(self) -> str:
        return "none"


def broken(**keys: Any) -> Broken:
    """A rule that raises."""
    config = RuleConfig.model_validate({"enabled": True, **keys})
    return Broken(config, RuleContext(NO_HOLIDAYS))


def alarms(stage: Stage) -> list[str]:
    """The texts of the step's alarms."""
    return [notice.text for notice in stage.step.notices if notice.level is Level.ALARM]


@SHADOWS
def test_s150_a_shadow_locks_nothing_sends_nothing_and_says_what_it_would_do_once(one, settings):
    stage = Stage(loss(**one), **settings)
    assert stage.fill("MNQ", -1, "-550") == []
    assert stage.market.locks.active(ACCOUNT, stage.now) == []
    assert stage.hear(ConfigActivated(ACCOUNT)) == []
    assert (alarms(stage), stage.step.records) == ([], [])
    stage = Stage(loss(**one), **settings)
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-550"))) == []
    assert alarms(stage) == [
        "RULE-003 would have acted (LockOut, Flatten): daily loss -550.00 of -500.00"
    ]
    assert [record.outcome for record in stage.step.records] == [Outcome.SHADOW]
    assert all(isinstance(write, PutEnforcement) for write in stage.step.writes)
    assert stage.status("RULE-003") == ("-550.00", None)


def test_s151_a_rule_in_shadow_changes_nothing_for_another():
    stage = Stage(caps(MNQ=2), cap(rule_mode="shadow"), loss())
    assert stage.fill("ES", 6) == ["close ES"]
    stage = Stage(
        rule("max_contracts_per_instrument", limits={"MNQ": 2}, rule_mode="shadow"), cap()
    )
    assert stage.fill("MNQ", 6) == ["flatten"]
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-550"))) == []
    stage = Stage(cap(rule_mode="shadow"), loss())
    assert stage.fill("MNQ", 6) == []
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-550"))) == LOCKED


def test_a_new_episode_of_a_shadow_is_told_again():
    stage = Stage(cap(rule_mode="shadow"))
    told = []
    for size in (6, 6, 5, 6):
        stage.restored([position("MNQ", size, number=1)])
        told.append(len(alarms(stage)))
    assert told == [1, 0, 0, 1]


def test_s122_a_rule_that_raises_is_told_and_the_others_run():
    stage = Stage(broken(), loss())
    assert stage.hear(TradeExecuted(trade("MNQ", -1, pnl="-500"))) == LOCKED
    text = "RULE-000 failed on TradeExecuted: ZeroDivisionError: division by zero"
    assert alarms(stage) == [text]
    status = stage.judge.status[RuleId("RULE-000")]
    assert status.failed == "ZeroDivisionError: division by zero"
    assert stage.judge.status[RuleId("RULE-003")].failed is None


def test_s122_on_rule_error_lock_forbids_new_exposure_and_keeps_what_is_open():
    stage = Stage(broken(), on_rule_error="lock")
    wanted = stage.restored([position("MNQ", 1)], [order("ES", 1)])
    assert wanted == ["lock 000 account until 03-11 17:00 keeping MNQ 1", "cancel all"]
    assert stage.market.locks.active(ACCOUNT, NOW)[0].kind is LockKind.RULE_ERROR
    assert stage.restored([position("MNQ", 1)]) == []


@SHADOWS
def test_a_shadow_that_raises_sets_no_lock(one, settings):
    stage = Stage(broken(**one), on_rule_error="lock", **settings)
    assert stage.restored([position("MNQ", 1)]) == []
    assert stage.market.locks.active(ACCOUNT, NOW) == []
    assert len(alarms(stage)) == 1
