"""Which rules hear which event (pure).

Rules are asked narrowest first: the order of the rule tuple, but 002 before 001, so that the whole
account's cap sees what the symbol caps already take away.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from risk_manager.domain.events import (
    AccountChanged,
    ConfigActivated,
    DayReset,
    Event,
    OrderChanged,
    PositionChanged,
    SessionEnded,
    StateRestored,
    TimerFired,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId
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


def account_of(event: Event) -> AccountId | None:
    """The account an event concerns; None for all."""
    match event:
        case PositionChanged(position):
            return position.account_id
        case TradeExecuted(trade):
            return trade.account_id
        case OrderChanged(order):
            return order.account_id
        case AccountChanged(account):
            return account.id
        case DayReset() | StateRestored() | ConfigActivated() | SessionEnded() | TimerFired():
            return event.account_id
        case _:
            return None
