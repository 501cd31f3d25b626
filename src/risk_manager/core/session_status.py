"""Trading hours as the status shows them (pure)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from risk_manager.core.judge import Judge
from risk_manager.domain.events import Stamp
from risk_manager.rules.session_block_outside import SessionBlockOutside
from risk_manager.rules.session_locks import forced_close
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.session_window import SessionWindow


def session_status(judge: Judge, stamp: Stamp) -> dict[str, Any] | None:
    """The global session, or the first symbol's (named); None without session rule.

    A rule in shadow closes nothing, so it promises no forced close.
    """
    rule = _rule(judge)
    if rule is None:
        return None
    symbol, window = None, rule.calendar.global_window
    if window is None:
        symbol, window = min(rule.calendar.per_root.items(), key=_by_symbol)
    state = rule.calendar.window_state(window, stamp.now)
    ends = state.ends_at
    closes = rule.config.close_positions_at_session_end and not judge.is_shadow(rule)
    due = forced_close(state, rule.grace, stamp.now) if closes else None
    return {
        "symbol": symbol,
        "open": state.open,
        "closes_at": None if ends is None else format_instant(ends),
        "opens_at": None if state.next_start is None else format_instant(state.next_start),
        "forced_close_in_s": _seconds(due, stamp),
    }


def session_closes_in_s(judge: Judge, symbol: str, stamp: Stamp) -> int | None:
    """Seconds until the clock closes a position of a symbol; None when it will not."""
    rule = _rule(judge)
    if rule is None or judge.is_shadow(rule):
        return None
    return _seconds(rule.closes_at(symbol, stamp.now), stamp)


def _rule(judge: Judge) -> SessionBlockOutside | None:
    return next((rule for rule in judge.rules if isinstance(rule, SessionBlockOutside)), None)


def _seconds(due: datetime | None, stamp: Stamp) -> int | None:
    return None if due is None else int((due - stamp.now).total_seconds())


def _by_symbol(item: tuple[str, SessionWindow]) -> str:
    return item[0]
