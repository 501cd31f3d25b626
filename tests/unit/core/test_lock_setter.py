"""Ending a rule's own lock; what a restart takes over belongs to its account."""

from risk_manager.core.assembly import Restored
from risk_manager.core.lock_setter import LockSetter
from risk_manager.domain.decisions import ReleaseLock
from risk_manager.domain.ids import AccountId, OrderId, PositionId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.simulation.setup import ACCOUNT, CAP, MNQ, engine_of
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.writes import EndLock, PutDeadPosition
from tests.support.make import ACCOUNT as SUPPORT
from tests.support.make import NOW, cid, trade
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


def test_a_fill_that_leaves_no_more_than_before_raises_no_ceiling():
    """The causing order filled once more, and as much was closed meanwhile."""
    lock = Lockout(
        LockKey(SUPPORT, "account", RULE), LockKind.COOLDOWN, "pause", NOW, None,
        ceilings={cid("MNQ"): 2}, cause_order=OrderId(9),
    )  # fmt: skip
    manager = LockoutManager([lock])
    done = trade("MNQ", 1, order=9)
    assert manager.note_fill(SUPPORT, done, 2, NOW) == []
    (raised,) = manager.note_fill(SUPPORT, done, 3, NOW)
    assert dict(raised.ceilings) == {cid("MNQ"): 3}


def test_a_dead_position_is_dead_for_its_own_account_only():
    mine = PutDeadPosition(ACCOUNT, MNQ, PositionId(1), NOW)
    other = PutDeadPosition(AccountId(9), MNQ, PositionId(2), NOW)
    engine = engine_of(CAP, {}, Restored(dead_positions=(mine, other)))
    dead = engine.guards[ACCOUNT].account.positions._dead[MNQ]
    assert list(dead.ids) == [1]
