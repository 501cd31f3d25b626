"""How far stops cover a position, as the status shows it (pure)."""

from __future__ import annotations

from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.events import Stamp
from risk_manager.domain.positions import Position
from risk_manager.rules.no_stop_loss_grace import NoStopLossGrace


def covered(guard: AccountGuard, position: Position, stamp: Stamp) -> int | None:
    """Contracts that valid stops cover; None while an open question decides it."""
    cover = guard.view.at(stamp).cover(position.contract_id)
    if cover.valid < position.size and (cover.unpriced or cover.filling):
        return None
    return min(position.size, cover.valid)


def closes_in_s(guard: AccountGuard, position: Position, stamp: Stamp) -> float | None:
    """Seconds until RULE-008 closes the first uncovered contract; None when nothing will.

    A rule in shadow closes nothing.
    """
    view = guard.view.at(stamp)
    for rule in guard.judge.rules:
        if isinstance(rule, NoStopLossGrace) and not guard.judge.is_shadow(rule):
            due = rule.closes_at(position, view)
            if due is not None:
                return round(max((due - stamp.now).total_seconds(), 0.0), 1)
    return None
