"""Turns the lock decisions of a breach into rows (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CeilingPolicy,
    LockOut,
    ReleaseLock,
)
from risk_manager.domain.ids import ACCOUNT_SCOPE, AccountId, ContractId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.domain.view import AccountView
from risk_manager.enforcement.enforcement_engine import Found
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.pnl_view import Market
from risk_manager.state.writes import EndLock, PutLock


class LockSetter:
    """Sets the locks of one account."""

    def __init__(self, account: AccountState, market: Market) -> None:
        self._account = account
        self._market = market

    def set_all(self, step: Step, found: Found) -> bool:
        """Set the breach's locks; False when it asked for locks and all of them exist already.

        Such a breach was enforced before, and the lock gate goes on holding it.
        """
        asked = [d for d in found.breach.decisions if isinstance(d, LockOut)]
        changed = [self._set_lock(step, found, decision) for decision in asked]
        return not asked or any(changed)

    def release(self, step: Step, rule_id: RuleId, decision: ReleaseLock, reason: str) -> None:
        """End the rule's own lock on a scope; nothing happens when there is none."""
        key = LockKey(self._account.id, decision.scope, rule_id)
        if self._market.locks.end(key) is None:
            return
        step.writes.append(EndLock(key, step.stamp.now, reason))
        step.record(self._record(step, rule_id, decision.scope, reason, "CLEAR_LOCKOUT"))

    def _set_lock(self, step: Step, found: Found, decision: LockOut) -> bool:
        key = LockKey(self._account.id, decision.scope, found.rule_id)
        lock = Lockout(
            key=key,
            kind=decision.kind,
            reason=found.breach.reason,
            set_at=step.stamp.now,
            until=decision.until,
            value=found.breach.value,
            limit=found.breach.limit,
            ceilings=self._ceilings(decision),
            sequence=step.stamp.sequence,
            cause_order=decision.cause_order,
        )
        before = self._market.locks.get(key, step.stamp.now)
        row = self._market.locks.set(lock, step.stamp.now)
        if row is None:
            return False
        step.writes.append(PutLock(row))
        if before is None:
            step.record(
                self._record(
                    step,
                    found.rule_id,
                    decision.scope,
                    found.breach.reason,
                    _lock_action(decision),
                )
            )
        return True

    def _record(
        self, step: Step, rule_id: RuleId, scope: str, reason: str, action: str
    ) -> EnforcementRecord:
        now = step.stamp.now
        return EnforcementRecord(
            key=f"{action}-{rule_id}-{scope}-{now.timestamp():.3f}",
            at=now,
            account_id=self._account.id,
            rule_id=rule_id,
            reason=reason,
            action=action,
            outcome=Outcome.DONE,
        )

    def _ceilings(self, decision: LockOut) -> dict[ContractId, int]:
        """Signed exposure that may stay: by fills, of the contracts in the lock's scope.

        A contract whose symbol is not known may turn out to be in it, so what is open of it counts.
        """
        if decision.ceiling is CeilingPolicy.ZERO:
            return {}
        contracts: Iterable[ContractId] = self._account.touched_contracts()
        if decision.keep is not None:
            contracts = decision.keep
        ceilings = {}
        for contract_id in contracts:
            known = self._market.contracts.known_root(contract_id)
            size = self._account.exposure.exposure(contract_id)
            if contract_id == decision.drop:
                continue
            if size != 0 and (known is None or decision.scope in (ACCOUNT_SCOPE, known)):
                ceilings[contract_id] = size
        return ceilings


def leaves_nothing(market: Market, account_id: AccountId, now: datetime) -> bool:
    """Return whether an account lock is active under which no contract may keep exposure.

    Rules that set no lock then have nothing left to protect: the lock gate closes everything.
    """
    if not market.locks.is_locked_out(account_id, now):
        return False
    locks = market.locks.active(account_id, now)
    for contract_id in sorted({c for lock in locks for c in lock.ceilings}):
        known = market.contracts.known_root(contract_id)
        if market.locks.ceiling(account_id, contract_id, known, now) != 0:
            return False
    return True


def _lock_action(decision: LockOut) -> str:
    if decision.scope != ACCOUNT_SCOPE:
        return "SET_SYMBOL_LOCKOUT"
    return "SET_COOLDOWN" if decision.kind is LockKind.COOLDOWN else "SET_LOCKOUT"


def error_breach(rule_id: RuleId, view: AccountView) -> Breach:
    """A rule failed: no new exposure until the reset, positions and stops stay."""
    lock = LockOut(LockKind.RULE_ERROR, view.next_reset, ceiling=CeilingPolicy.EXPOSURE)
    return Breach(f"{rule_id} failed; no new exposure", (lock, CancelEntries()))
