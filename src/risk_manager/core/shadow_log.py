"""What rules in shadow would have done: recorded and alarmed, never sent (pure)."""

from __future__ import annotations

from risk_manager.domain.decisions import Breach, Decision
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.enforcement.step import Step


class ShadowLog:
    """The shadow breaches of one account, each decision told once per episode."""

    def __init__(self, account_id: AccountId) -> None:
        self._account_id = account_id
        self._told: dict[RuleId, frozenset[tuple[str, str]]] = {}

    def note(self, step: Step, rule_id: RuleId, breach: Breach) -> None:
        """Tell of a breach; silent while the same decisions only repeat."""
        wanted = frozenset(map(_subject, breach.decisions))
        is_news = rule_id not in self._told or not wanted <= self._told[rule_id]
        self._told[rule_id] = wanted
        if not is_news:
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

    def end(self, rule_id: RuleId) -> None:
        """The rule holds again: its next breach is a new episode."""
        self._told.pop(rule_id, None)


def _subject(decision: Decision) -> tuple[str, str]:
    """What a decision is about, without its figures: its kind, and its contract or scope."""
    about = getattr(decision, "contract_id", None) or getattr(decision, "scope", "")
    return type(decision).__name__, str(about)
