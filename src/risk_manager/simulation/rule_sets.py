"""Seeded rule sets: which rules guard the week, and how tight they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from risk_manager.simulation.seeded import SeededSource
from risk_manager.simulation.setup import Sections

Section = Mapping[str, Any]


def _max_contracts(source: SeededSource) -> Section:
    reduce = source.chance(0.5)
    return {
        "limit": source.integer(2, 6),
        "count_type": source.choice(["net", "gross"]),
        "close_all": not reduce,
        "reduce_to_limit": reduce,
    }


def _per_instrument(source: SeededSource) -> Section:
    return {
        "limits": {root: source.integer(1, 3) for root in ("MNQ", "ES", "NQ")},
        "enforcement": source.choice(["reduce_to_limit", "reduce_to_limit", "close_all"]),
        "unknown_symbol_action": source.choice(["block", "allow_unlimited", "allow_with_limit:1"]),
    }


def _daily_loss(source: SeededSource) -> Section:
    return {
        "limit": -50 * source.integer(8, 30),
        "include_unrealized": source.chance(0.5),
        "include_fees": source.chance(0.3),
    }


def _open_loss(source: SeededSource) -> Section:
    scope = source.choice(["total", "per_position"])
    return {"scope": scope, "limit": -25 * source.integer(6, 30)}


def _open_profit(source: SeededSource) -> Section:
    scope = source.choice(["total", "per_position"])
    return {"scope": scope, "limit": 25 * source.integer(8, 40)}


def _breakeven(source: SeededSource) -> Section:
    arm = 25 * source.integer(2, 8)
    return {"mode": "breakeven", "scope": "per_position", "breakeven_arm_profit": arm}


def _profit(source: SeededSource) -> Section:
    return _breakeven(source) if source.chance(0.3) else _open_profit(source)


def _frequency(source: SeededSource) -> Section:
    return {
        "limits": {
            "per_minute": source.integer(2, 5),
            "per_hour": source.integer(10, 30),
            "per_session": source.integer(30, 60),
        },
        "cooldown_on_breach": {
            "per_minute_breach": source.integer(30, 300),
            "per_hour_breach": source.integer(300, 1800),
        },
        "count_by": source.choice(["entry", "order", "execution"]),
        "close_positions_on_breach": source.chance(0.25),
    }


def _cooldown(source: SeededSource) -> Section:
    tiers = (
        {"loss_amount": -25 * source.integer(2, 5), "cooldown_duration": source.integer(30, 120)},
        {"loss_amount": -25 * source.integer(8, 16), "cooldown_duration": source.integer(200, 900)},
    )
    return {
        "loss_thresholds": tiers,
        "aggregate_by_order": source.chance(0.7),
        "close_positions_on_breach": source.chance(0.25),
    }


def _grace(source: SeededSource) -> Section:
    return {"grace_period_seconds": source.integer(5, 40), "replace_gap_seconds": 15}


def _session(source: SeededSource) -> Section:
    start, end = source.choice([("09:30", "16:00"), ("18:00", "16:50"), ("02:00", "15:45")])
    hours = {"start": start, "end": end, "timezone": "America/New_York"}
    return {
        "global_session": {"enabled": True, **hours},
        "close_positions_at_session_end": source.chance(0.75),
        "session_close_grace_seconds": source.choice([0, 0, 60]),
    }


def _authority(source: SeededSource) -> Section:
    return {"check_interval_seconds": source.choice([30, 300])}


def _blocks(source: SeededSource) -> Section:
    return {"blocked_symbols": ("RTY",), "close_existing": source.chance(0.6)}


def _stops(source: SeededSource) -> Section:
    trigger = source.integer(3, 12)
    return {
        "auto_breakeven": {"enabled": True, "profit_trigger_ticks": trigger, "offset_ticks": 1},
        "trailing_stop": {
            "enabled": source.chance(0.6),
            "activation_ticks": source.integer(4, 16),
            "trail_distance_ticks": source.integer(3, 9),
        },
    }


def _target(source: SeededSource) -> Section:
    return {"limit": 50 * source.integer(8, 30), "include_fees": source.chance(0.3)}


DRAWS: Mapping[str, Callable[[SeededSource], Section]] = {
    "max_contracts": _max_contracts,
    "max_contracts_per_instrument": _per_instrument,
    "daily_realized_loss": _daily_loss,
    "daily_unrealized_loss": _open_loss,
    "max_unrealized_profit": _profit,
    "trade_frequency_limit": _frequency,
    "cooldown_after_loss": _cooldown,
    "no_stop_loss_grace": _grace,
    "session_block_outside": _session,
    "auth_loss_guard": _authority,
    "symbol_blocks": _blocks,
    "trade_management": _stops,
    "daily_realized_profit": _target,
}


def draw_rules(source: SeededSource) -> Sections:
    """Between four and eight rules, each with limits a busy trader meets now and then."""
    names = source.shuffled(list(DRAWS))[: source.integer(4, 8)]
    return {name: draw(source) for name, draw in DRAWS.items() if name in names}


def redraw(rules: Sections, source: SeededSource) -> Sections:
    """Another configuration: one section with new limits, one that comes or one that goes."""
    name = source.choice(list(DRAWS))
    others = {section: values for section, values in rules.items() if section != name}
    if name in rules and len(rules) > 3 and source.chance(0.4):
        return others
    return {**others, name: DRAWS[name](source)}
