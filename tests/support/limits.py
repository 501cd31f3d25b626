"""The three rules with a limit, at the figures of the scenarios."""

from typing import Any

from risk_manager.rules.base_rule import Rule
from tests.support.stage import rule


def cap(**keys: Any) -> Rule[Any]:
    """RULE-001 at 5."""
    return rule("max_contracts", limit=5, **keys)


def caps(**limits: int) -> Rule[Any]:
    """RULE-002."""
    return rule("max_contracts_per_instrument", limits=limits)


def loss(**keys: Any) -> Rule[Any]:
    """RULE-003 at -500."""
    return rule("daily_realized_loss", limit=-500, **keys)
