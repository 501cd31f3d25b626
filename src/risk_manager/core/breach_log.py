"""Each breach told once per episode: an episode ends when the rule holds again (pure)."""

from __future__ import annotations

from risk_manager.domain.decisions import Breach, Decision, LockOut
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.records import BreachSeen
from risk_manager.enforcement.step import Step


class BreachLog:
    """The breaches of one account."""

    def __init__(self, account_id: AccountId) -> None:
        self._account_id = account_id
        self._told: dict[RuleId, frozenset[tuple[str, str]]] = {}

    def note(self, step: Step, rule_id: RuleId, breach: Breach, *, shadow: bool) -> bool:
        """Tell of a breach and return True; False while the same decisions only repeat.

        Outside of shadow a breach comes here only if it changed a lock, or asks for none: one
        that asks for a lock is always told.
        """
        wanted = frozenset(map(_subject, breach.decisions))
        is_news = rule_id not in self._told or not wanted <= self._told[rule_id]
        self._told[rule_id] = wanted
        locks = not shadow and any(isinstance(each, LockOut) for each in breach.decisions)
        if is_news or locks:
            step.breaches.append(
                BreachSeen(
                    self._account_id, rule_id, breach.reason, breach.value, breach.limit, shadow
                )
            )
        return is_news or locks

    def end(self, rule_id: RuleId) -> None:
        """The rule holds again: its next breach is a new episode."""
        self._told.pop(rule_id, None)


def _subject(decision: Decision) -> tuple[str, str]:
    """What a decision is about, without its figures: its kind, and its contract or scope."""
    about = getattr(decision, "contract_id", None) or getattr(decision, "scope", "")
    return type(decision).__name__, str(about)
