"""What must be known again after a restart: kept in memory, stored with the step (pure)."""

from __future__ import annotations

from risk_manager.domain.ids import RuleId
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.writes import PutMemory


def remember(
    step: Step, account: AccountState, rule_id: RuleId, key: str, value: str | None
) -> None:
    """Keep a fact under a rule's key; None forgets it. What is known already is not written."""
    if account.memory.get((rule_id, key)) == value:
        return
    if value is None:
        account.memory.pop((rule_id, key), None)
    else:
        account.memory[(rule_id, key)] = value
    step.writes.append(PutMemory(account.id, rule_id, key, value))
