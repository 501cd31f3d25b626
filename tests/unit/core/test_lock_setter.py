"""Ending a rule's own lock; what a restart takes over belongs to its account."""

from risk_manager.core.assembly import Restored
from risk_manager.core.lock_setter import LockSetter
from risk_manager.domain.decisions import ReleaseLock
from risk_manager.domain.ids import AccountId, PositionId, RuleId
from risk_manager.state.writes import EndLock, PutDeadPosition
from tests.harness.setup import ACCOUNT, CAP, MNQ, engine_of
from tests.support.make import NOW
from tests.support.stage import Stage, rule

RULE = RuleId("RULE-011")


def test_a_lock_ends_once():
    stage = Stage(rule("symbol_blocks", blocked_symbols=("RTY",)))
    stage.restored()
    setter = LockSetter(stage.account, stage.market)
    ended = []
    for _ in range(2):
        stage.step = stage._step()
        setter.release(stage.step, RULE, ReleaseLock("RTY"), "gone")
        ended.append([type(write) for write in stage.step.writes])
    assert ended == [[EndLock], []]
    assert [record.action for record in stage.step.records] == []


def test_a_dead_position_is_dead_for_its_own_account_only():
    mine = PutDeadPosition(ACCOUNT, MNQ, PositionId(1), NOW)
    other = PutDeadPosition(AccountId(9), MNQ, PositionId(2), NOW)
    engine = engine_of(CAP, {}, Restored(dead_positions=(mine, other)))
    dead = engine.guards[ACCOUNT].account.positions._dead[MNQ]
    assert list(dead.ids) == [1]
