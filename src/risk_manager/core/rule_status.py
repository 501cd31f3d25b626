"""One rule's line of the published status: its last reading and what is left (pure)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.distance import Left, Unit
from risk_manager.domain.ids import RuleId
from risk_manager.state.account_view import StateView
from risk_manager.utils.datetime_helpers import format_instant

_DIGITS = {Unit.USD: Decimal("0.01"), Unit.SECONDS: Decimal(1)}


def rule_status(guard: AccountGuard, view: StateView, rule_id: RuleId) -> dict[str, Any]:
    """The rule, its reading, limit and distance; what is unknown has a cause."""
    status = guard.judge.status[rule_id]
    at = status.evaluated_at
    return {
        "rule": rule_id,
        "enabled": True,
        "mode": "shadow" if guard.judge.is_shadow(status.rule) else "enforce",
        "value": status.value,
        "limit": status.rule.describe_limit(),
        "left": _left(status.rule.left(view) if guard.account.restored else None),
        "unknown": status.unknown,
        "last_evaluated_at": None if at is None else format_instant(at),
        "events": status.events,
    }


def _left(left: Left | None) -> dict[str, Any] | None:
    """What is left until a limit; seconds are whole, the rest is exact."""
    if left is None:
        return None
    exact = left.amount.quantize(_DIGITS[left.unit]) if left.unit in _DIGITS else left.amount
    whole = None if left.whole is None else f"{left.whole:f}"
    return {"amount": f"{exact:f}", "unit": left.unit.value, "of": left.of, "whole": whole}
