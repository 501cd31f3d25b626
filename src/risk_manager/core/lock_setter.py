"""Turns the lock decisions of a breach into rows (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from risk_manager.domain.decisions import CeilingPolicy, LockOut
from risk_manager.domain.ids import ACCOUNT_SCOPE, ContractId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.domain.unknown import Unknown
from risk_manager.enforcement.enforcement_engine import Found
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.account_view import Market
from risk_manager.state.writes import PutLock


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
        )
        before = self._market.locks.get(key, step.stamp.now)
        row = self._market.locks.set(lock, step.stamp.now)
        if row is None:
            return False
        step.writes.append(PutLock(row))
        if before is None:
            action = _lock_action(decision)
            stamp = f"{found.rule_id}-{decision.scope}-{step.stamp.now.timestamp():.3f}"
            step.record(
                EnforcementRecord(
                    key=f"lock-{stamp}",
                    at=step.stamp.now,
                    account_id=self._account.id,
                    rule_id=found.rule_id,
                    reason=found.breach.reason,
                    action=action,
                    outcome=Outcome.DONE,
                )
            )
        return True

    def _ceilings(self, decision: LockOut) -> dict[ContractId, int]:
        """Signed exposure that may stay: by fills, of the contracts in the lock's scope."""
        if decision.ceiling is CeilingPolicy.ZERO:
            return {}
        contracts: Iterable[ContractId] = self._account.touched_contracts()
        if decision.keep is not None:
            contracts = decision.keep
        ceilings = {}
        for contract_id in contracts:
            root = self._market.contracts.root_of(contract_id)
            known = None if isinstance(root, Unknown) else root
            size = self._account.exposure.exposure(contract_id)
            if size != 0 and decision.scope in (ACCOUNT_SCOPE, known):
                ceilings[contract_id] = size
        return ceilings


def _lock_action(decision: LockOut) -> str:
    if decision.scope != ACCOUNT_SCOPE:
        return "SET_SYMBOL_LOCKOUT"
    return "SET_COOLDOWN" if decision.kind is LockKind.COOLDOWN else "SET_LOCKOUT"
