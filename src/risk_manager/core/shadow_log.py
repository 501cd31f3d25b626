"""What rules in shadow would have done: recorded and alarmed, never sent (pure)."""

from __future__ import annotations

from risk_manager.core.breach_log import BreachLog
from risk_manager.domain.decisions import Breach
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.enforcement.step import Step


class ShadowLog:
    """The shadow breaches of one account, each decision told once per episode."""

    def __init__(self, account_id: AccountId, breaches: BreachLog) -> None:
        self._account_id = account_id
        self._breaches = breaches

    def note(self, step: Step, rule_id: RuleId, breach: Breach) -> None:
        """Tell of a breach; silent while the same decisions only repeat."""
        if not self._breaches.note(step, rule_id, breach, shadow=True):
            return
        names = ", ".join(type(decision).__name__ for decision in breach.decisions)
        text = f"{rule_id} would have acted ({names}): {breach.reason}"
        step.alarm(self._account_id, f"shadow {rule_id}", text)
        step.record(
            EnforcementRecord(
                key=f"shadow-{step.stamp.sequence}-{rule_id}",
                at=step.stamp.now,
                account_id=self._account_id,
                rule_id=rule_id,
                reason=breach.reason,
                action="WOULD_ENFORCE",
                outcome=Outcome.SHADOW,
            )
        )
