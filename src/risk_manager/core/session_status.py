"""Trading hours as the status shows them (pure)."""

from __future__ import annotations

from typing import Any

from risk_manager.core.judge import Judge
from risk_manager.domain.events import Stamp
from risk_manager.rules.session_block_outside import SessionBlockOutside
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.session_window import SessionWindow


def session_status(judge: Judge, stamp: Stamp) -> dict[str, Any] | None:
    """The global session, or the first symbol's (named); None without session rule.

    A rule in shadow closes nothing, so it promises no forced close.
    """
    for rule in judge.rules:
        if not isinstance(rule, SessionBlockOutside):
            continue
        symbol, window = None, rule.calendar.global_window
        if window is None:
            symbol, window = min(rule.calendar.per_root.items(), key=_by_symbol)
        state = rule.calendar.window_state(window, stamp.now)
        ends = state.ends_at
        closes = rule.config.close_positions_at_session_end and not judge.is_shadow(rule)
        left = None if ends is None else int((ends - stamp.now).total_seconds())
        return {
            "symbol": symbol,
            "open": state.open,
            "closes_at": None if ends is None else format_instant(ends),
            "opens_at": None if state.next_start is None else format_instant(state.next_start),
            "forced_close_in_s": left if closes and state.open else None,
        }
    return None


def _by_symbol(item: tuple[str, SessionWindow]) -> str:
    return item[0]
