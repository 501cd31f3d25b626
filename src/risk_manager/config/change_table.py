"""Which settings are compared together, and what makes each of them tighter (pure).

One line for each key, or group of keys that only mean something together. A key of risk_config.yaml
or holidays.yaml that stands in no line fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from risk_manager.config import change_units as u
from risk_manager.config import verdicts as v
from risk_manager.config.change_units import Unit, unit
from risk_manager.config.config_set import GLOBAL, HOLIDAYS, RESET

_FRAME: Final = (
    unit("enabled", v.true),
    unit("rule_mode", v.upward("shadow", "enforce")),
)
_EFFECT: Final = unit("enforcement", v.neutral)
_DAY: Final = Unit("day", ("reset_time", "timezone"), u.apart)
_UNTIL: Final = unit("lockout_until", v.upward("daily_reset", "permanent"))
_CLOSING: Final = unit("close_positions_on_breach", v.true)

TABLE: Final[Mapping[str, tuple[Unit, ...]]] = {
    GLOBAL: (
        unit("mode", v.upward("shadow", "enforce")),
        unit("on_rule_error", v.upward("alarm", "lock")),
        unit("allow_manual_unlock", v.false),
        unit("loosen_policy", v.upward("immediate", "next_reset")),
        unit("loosen_min_wait_hours", v.larger),
        unit("price_basis", v.incomparable),
        unit("max_quote_age_seconds", v.neutral),
        unit("max_price_jump_pct", v.incomparable),
        unit("preset", v.neutral),
    ),
    RESET: (Unit("reset", ("time", "timezone"), u.apart),),
    "max_contracts": (
        *_FRAME,
        unit("limit", v.smaller),
        unit("count_type", v.upward("net", "gross")),
        Unit("micro_equivalence", ("micro_equivalence",), u.micro_weights),
        Unit(
            "remedy",
            ("close_all", "reduce_to_limit"),
            lambda old, new: v.true(old.model.close_all, new.model.close_all),
        ),
    ),
    "max_contracts_per_instrument": (
        *_FRAME,
        Unit("caps", ("limits", "unknown_symbol_action"), u.caps),
        unit("enforcement", v.upward("reduce_to_limit", "close_all")),
    ),
    "daily_realized_loss": (
        *(*_FRAME, _EFFECT, _DAY, _UNTIL),
        unit("limit", v.nearer_zero),
        unit("include_fees", v.true),
        unit("include_unrealized", v.true),
    ),
    "daily_unrealized_loss": (
        *(*_FRAME, _EFFECT, _DAY, _UNTIL),
        unit("limit", v.nearer_zero),
        unit("scope", v.incomparable),
    ),
    "max_unrealized_profit": (
        *(*_FRAME, _EFFECT, _DAY, _UNTIL),
        unit("mode", v.incomparable),
        unit("scope", v.incomparable),
        unit("limit", v.smaller),
        unit("breakeven_arm_profit", v.smaller),
        unit("breakeven_offset", v.larger),
    ),
    "trade_frequency_limit": (
        *(*_FRAME, _DAY, _CLOSING),
        unit("limits.per_minute", v.smaller_or_added),
        unit("limits.per_hour", v.smaller_or_added),
        unit("limits.per_session", v.smaller_or_added),
        unit("cooldown_on_breach.enabled", v.true),
        unit("cooldown_on_breach.per_minute_breach", v.longer_pause),
        unit("cooldown_on_breach.per_hour_breach", v.longer_pause),
        unit("cooldown_on_breach.per_session_breach", v.longer_pause),
        unit("count_by", v.upward("entry", "order", "execution")),
    ),
    "cooldown_after_loss": (
        *(*_FRAME, _CLOSING),
        Unit("loss_thresholds", ("loss_thresholds",), u.pauses),
        unit("aggregate_by_order", v.incomparable),
    ),
    "no_stop_loss_grace": (
        *(*_FRAME, _EFFECT),
        unit("grace_period_seconds", v.smaller),
        unit("require_full_size", v.true),
        unit("regrace_interval_seconds", v.larger),
        unit("replace_gap_seconds", v.smaller),
    ),
    "session_block_outside": (
        *(*_FRAME, _EFFECT),
        Unit(
            "hours",
            ("global_session", "per_instrument_sessions", "days", "respect_holidays"),
            u.hours,
            with_holidays=True,
        ),
        unit("close_positions_at_session_end", v.true),
        unit("lockout_outside_session", v.true),
        unit("session_close_grace_seconds", v.smaller),
    ),
    "auth_loss_guard": (
        *(*_FRAME, _EFFECT),
        unit("auto_unlock_on_restore", v.false),
        unit("check_interval_seconds", v.smaller),
    ),
    "symbol_blocks": (
        *(*_FRAME, _EFFECT),
        unit("blocked_symbols", v.superset),
        unit("close_existing", v.true),
    ),
    "trade_management": (
        *_FRAME,
        Unit(
            "stops",
            ("auto_breakeven", "trailing_stop"),
            u.apart,
        ),
    ),
    "daily_realized_profit": (
        *(*_FRAME, _EFFECT, _DAY, _UNTIL),
        unit("limit", v.smaller),
        unit("include_fees", v.false),
    ),
}
"""The units of every section of risk_config.yaml, by section."""

NEVER_TIGHTER: Final = frozenset({"trade_management"})
"""Sections of which nothing can be said: they move stops, and limit nothing."""

BESIDE: Final[Mapping[str, str]] = {
    "accounts.yaml": "judged at the start, account by account; overrides by their rules",
    "logging.yaml": "neutral",
    "alerts.yaml": "neutral",
    "holidays.yaml": f"part of the unit `hours`, as {HOLIDAYS}",
}
"""Where the keys of the other files are judged."""
