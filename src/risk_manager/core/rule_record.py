"""What is known of a rule's last evaluation, and the alarm while it is UNKNOWN (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from risk_manager.domain.decisions import Breach, NotEvaluated, Reading
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import AccountId
from risk_manager.enforcement.step import Step
from risk_manager.rules.base_rule import Rule
from risk_manager.utils.messages import not_evaluated

ALARM_AFTER_S = 1.0
"""A first price or a contract's data is on its way for a moment; what stays UNKNOWN is alarmed."""


@dataclass(slots=True)
class RuleRecord:
    """The last evaluation of one rule, for the status. `unknown` is a cause, None if known.

    `unknown_since` is the monotonic second from which on evaluations have said so.
    """

    rule: Rule[Any]
    value: str | None = None
    unknown: str | None = "not evaluated yet"
    unknown_since: float | None = None
    failed: str | None = None
    evaluated_at: datetime | None = None
    events: int = 0

    def note(self, verdict: Breach | Reading | NotEvaluated, stamp: Stamp) -> None:
        """Take what the rule answered."""
        self.failed = None
        if isinstance(verdict, NotEvaluated):
            self.value, self.unknown = None, verdict.cause
        else:
            self.value, self.unknown = verdict.value, verdict.unknown
            self.evaluated_at = stamp.now
        if self.unknown is None:
            self.unknown_since = None
        elif self.unknown_since is None:
            self.unknown_since = stamp.mono

    def note_failure(self, failure: str) -> None:
        """The rule raised: there is no reading."""
        self.failed = self.unknown = failure
        self.value = self.unknown_since = None

    def alarm_unknown(self, step: Step, account_id: AccountId, *, at_once: bool = False) -> None:
        """Alarm while something stays UNKNOWN, after a moment or `at_once`."""
        wait_s = 0.0 if at_once else ALARM_AFTER_S
        if self.unknown_since is not None and step.stamp.mono - self.unknown_since >= wait_s:
            subject = f"{self.rule.rule_id} UNKNOWN"
            step.alarm(account_id, subject, not_evaluated(self.rule.rule_id, self.unknown or ""))
