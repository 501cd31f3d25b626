"""The manual unlock: one lock ends, if policy allows it, and what caused it is forgiven (pure).

The rule acts again only when it is in breach with a worse value than at the unlock; a new trading
day forgets that.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.command_events import CommandAnswer, Effect, UnlockAsked
from risk_manager.domain.decisions import Breach
from risk_manager.domain.events import Event, StateRestored
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.locks import LockKey
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.enforcement.remember import remember
from risk_manager.enforcement.step import Step
from risk_manager.rules.auth_loss_guard import AuthLossGuard
from risk_manager.rules.session_block_outside import SessionBlockOutside
from risk_manager.rules.symbol_blocks import SymbolBlocks
from risk_manager.state.account_state import AccountState
from risk_manager.state.writes import EndLock

FORGIVEN: Final = "forgiven"
"""Memory: how bad the breach was at the unlock."""
_CAUSE: Final = "manual unlock by an administrator"


def unlock(guards: Mapping[AccountId, AccountGuard], step: Step, event: Event) -> None:
    """End the lock, or say why not."""
    assert isinstance(event, UnlockAsked)
    guard = guards.get(event.account_id)
    refused = "no such account" if guard is None else _refusal(guard, step, event)
    if guard is not None and refused is None:
        _end(step, guard, event)
    effect = Effect.NONE if refused else Effect.ACTIVE
    notes = () if refused else (f"{event.rule_id} lock on {event.scope} ended",)
    step.answers.append(CommandAnswer(event.ticket, effect, notes=notes, refused=refused))


def _end(step: Step, guard: AccountGuard, event: UnlockAsked) -> None:
    key, now = LockKey(event.account_id, event.scope, event.rule_id), step.stamp.now
    guard.judge.quiet.end(guard.view)
    guard.market.locks.end(key)
    step.writes.append(EndLock(key, now, _CAUSE))
    step.record(
        EnforcementRecord(
            key=f"unlock-{event.rule_id}-{event.scope}-{now.timestamp():.3f}",
            at=now,
            account_id=event.account_id,
            rule_id=event.rule_id,
            reason=_CAUSE,
            action="CLEAR_LOCKOUT",
            outcome=Outcome.DONE,
        )
    )
    step.warn(event.account_id, f"unlock {event.rule_id}", f"{event.rule_id}: {_CAUSE}")
    for rule in guard.judge.rules:
        if rule.rule_id != event.rule_id:
            continue
        verdict = rule.check(StateRestored(event.account_id), guard.view.at(step.stamp))
        if isinstance(verdict, Breach) and verdict.severity is not None:
            remember(step, guard.account, rule.rule_id, FORGIVEN, str(verdict.severity))


def is_forgiven(account: AccountState, rule_id: RuleId, breach: Breach) -> bool:
    """Whether a breach is no worse than the one an administrator unlocked today."""
    mark = account.memory.get((rule_id, FORGIVEN))
    return mark is not None and breach.severity is not None and breach.severity <= Decimal(mark)


def forget_unlocks(step: Step, account: AccountState) -> None:
    """A new trading day: every breach counts again."""
    for rule_id in [rule_id for rule_id, key in account.memory if key == FORGIVEN]:
        remember(step, account, rule_id, FORGIVEN, None)


def _refusal(guard: AccountGuard, step: Step, event: UnlockAsked) -> str | None:
    key = LockKey(event.account_id, event.scope, event.rule_id)
    if not guard.market.settings.allow_manual_unlock:
        return "a manual unlock is not allowed here (global.allow_manual_unlock is false)"
    if guard.market.locks.get(key, step.stamp.now) is None:
        return f"account {event.account_id} has no lock of {event.rule_id} on {event.scope}"
    if event.rule_id == SessionBlockOutside.rule_id:
        return "the session ends this lock: change the hours instead"
    if event.rule_id == SymbolBlocks.rule_id:
        return "the list ends this lock: unblock the symbol instead"
    if event.rule_id == AuthLossGuard.rule_id and guard.account.can_trade is not True:
        return "the broker does not let this account trade"
    return None
