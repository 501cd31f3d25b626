"""Which rules hear which event (pure).

Rules are asked narrowest first: the order of the rule tuple, but 002 before 001, so that the whole
account's cap sees what the symbol caps already take away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from risk_manager.domain.events import Event
from risk_manager.rules.base_rule import Rule

_BEFORE = {"RULE-002": "RULE-000"}


class EventRouter:
    """Routes by event type for one account's rules."""

    def __init__(self, rules: Iterable[Rule[Any]]) -> None:
        ordered = sorted(rules, key=lambda rule: _BEFORE.get(rule.rule_id, rule.rule_id))
        self.rules: tuple[Rule[Any], ...] = tuple(ordered)
        self._by_type: dict[type[Event], tuple[Rule[Any], ...]] = {}
        for event_type in {kind for rule in ordered for kind in rule.inputs()}:
            self._by_type[event_type] = tuple(r for r in ordered if event_type in r.inputs())

    def rules_for(self, event: Event) -> tuple[Rule[Any], ...]:
        """The rules that listen to this event, in the order they are asked."""
        return self._by_type.get(type(event), ())

    def rules_of(self, event_type: type[Event]) -> tuple[Rule[Any], ...]:
        """The rules that listen to events of this type, in the order they are asked."""
        return self._by_type.get(event_type, ())
