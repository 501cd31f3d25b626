"""Judges what is offered to one account: what may be taken, what waits, what it would do (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from risk_manager.config.change import Change, changes_between, composed, takeable
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.models import LoosenPolicy
from risk_manager.config.verdicts import Verdict
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.config_offer import Judged
from risk_manager.core.config_trial import would_do
from risk_manager.core.rule_loader import load_rules
from risk_manager.domain.ids import AccountId
from risk_manager.enforcement.step import Step
from risk_manager.rules import RULES_BY_SECTION
from risk_manager.rules.base_rule import Rule, RuleContext

MODELS: Final = {name: rule.config_model for name, rule in RULES_BY_SECTION.items()}
LEAVE: Final = Change(
    "accounts.yaml", "account", Verdict.LOOSER, {"account": "guarded"}, {"account": "not guarded"}
)
"""The account is no longer to be guarded: it is removed, disabled or another one stands there."""


def judge(
    step: Step, guard: AccountGuard, active: ConfigSet, chosen: ConfigSet | None, *, asked: bool
) -> Judged:
    """Compare what is offered with what is active; None is "do not guard this account".

    `asked` says that an administrator wants it: with `loosen_policy: immediate` all of it counts.
    """
    at_once = asked and active.global_.loosen_policy is LoosenPolicy.IMMEDIATE
    if chosen is None:
        taken, waiting = ((LEAVE,), ()) if at_once else ((), (LEAVE,))
        return Judged(guard.account.id, active, taken, waiting, ())
    changes = changes_between(active, chosen, step.stamp.now)
    now_active, later = takeable(active, changes, MODELS)
    if at_once:
        now_active, later = list(changes), []
    then = composed(active, now_active, MODELS)
    would = would_do(guard, then, rules_of(then), step.stamp) if now_active else ()
    return Judged(guard.account.id, then, tuple(now_active), tuple(later), would)


def rules_of(chosen: ConfigSet) -> tuple[Rule[Any], ...]:
    """The enabled rules of a configuration."""
    return load_rules(chosen, RuleContext(chosen.holidays))


def read_sets(
    texts: Mapping[AccountId, str],
) -> tuple[dict[AccountId, ConfigSet], tuple[str, ...]]:
    """The stored configurations, and what is wrong with those that cannot be read."""
    found: dict[AccountId, ConfigSet] = {}
    problems = []
    for account_id, text in texts.items():
        try:
            found[account_id] = ConfigSet.read(text, MODELS)
        except ValueError as error:
            problems.append(f"the stored configuration of account {account_id}: {error}")
    return found, tuple(problems)
