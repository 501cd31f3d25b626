"""Configuration to rule instances: enabled must equal loaded, and every input must be produced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from risk_manager.config.base import RuleMode
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.effective import AccountConfig
from risk_manager.domain import events
from risk_manager.domain.errors import StartError
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.rules.base_rule import DailyTarget, Rule, RuleContext
from risk_manager.rules.daily_realized_profit import DailyRealizedProfit, DailyRealizedProfitConfig

PRODUCED: frozenset[type[Any]] = frozenset(
    {
        events.TradeExecuted,
        events.PositionChanged,
        events.OrderChanged,
        events.AccountChanged,
        events.QuoteChanged,
        events.LastBarFetched,
        events.TimerFired,
        events.LockExpired,
        events.DayReset,
        events.SessionEnded,
        events.StateRestored,
        events.ConfigActivated,
    }
)
"""What the translator, the workers and the clockwork really produce for rules."""


def load_rules(account: AccountConfig | ConfigSet, context: RuleContext) -> tuple[Rule[Any], ...]:
    """Build the enabled rules of one account.

    Raises StartError when an enabled section has no rule: a rule must never vanish silently.
    """
    context = replace(context, daily_target=_daily_target(account))
    rules: list[Rule[Any]] = []
    missing = []
    for section, config in account.enabled_rules.items():
        rule_class = RULES_BY_SECTION.get(section)
        if rule_class is None:
            missing.append(section)
        else:
            rules.append(rule_class(config, context))
    if missing:
        raise StartError(f"enabled rules that could not be loaded: {', '.join(missing)}")
    check_wiring(rules)
    return tuple(rules)


def _daily_target(account: AccountConfig | ConfigSet) -> DailyTarget | None:
    """The target RULE-005 is linked to: that of RULE-013, if it is not merely in shadow."""
    config = account.enabled_rules.get(DailyRealizedProfit.section)
    if not isinstance(config, DailyRealizedProfitConfig):
        return None
    if RuleMode.SHADOW in (config.rule_mode, account.global_.mode):
        return None
    return DailyTarget(config.limit, net=config.include_fees)


def check_wiring(rules: Iterable[Rule[Any]]) -> None:
    """Every rule listens to something, and only to events that are really produced.

    Raises StartError naming the rule and the event.
    """
    for rule in rules:
        if not rule.inputs():
            raise StartError(f"{rule.rule_id} listens to nothing")
        for event_type in rule.inputs():
            if event_type not in PRODUCED:
                name = getattr(event_type, "__name__", str(event_type))
                raise StartError(f"{rule.rule_id} listens to {name}, which nothing produces")
