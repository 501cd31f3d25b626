"""Strategies for sections of risk_config.yaml: anything the models accept, at any size."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st

from risk_manager.rules.session_config import Weekday

Section = dict[str, Any]

ROOTS = ("MNQ", "NQ", "ES", "MES", "RTY", "SIL", "DRILL", "ZZZ9")
"""Minis, micros, one of the drill's own name, one that no venue lists."""
ZONES = ("America/New_York", "America/Chicago", "Europe/London", "Asia/Tokyo", "UTC")

modes = st.sampled_from(("enforce", "shadow"))
flags = st.booleans()
until = st.sampled_from(("daily_reset", "permanent"))
amounts = st.decimals("0.01", "1000000000", places=2)
losses = st.builds(lambda usd, sign: usd * sign, amounts, st.sampled_from((1, -1)))
seconds = st.one_of(st.integers(1, 3600), st.integers(1, 86_400))
counts = st.one_of(st.integers(1, 20), st.integers(1, 10**9))
roots = st.sampled_from(ROOTS)
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Section]:
    """A mapping with any of these keys; a key that is missing has its default."""
    return st.fixed_dictionaries({}, optional={"rule_mode": modes, **keys})


def required(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Section]:
    """A mapping with all of these keys."""
    return st.fixed_dictionaries(keys)


def both(
    needed: st.SearchStrategy[Section], more: st.SearchStrategy[Section]
) -> st.SearchStrategy[Section]:
    """Required and optional keys together."""
    return st.builds(lambda first, second: first | second, needed, more)


@st.composite
def hours(draw: st.DrawFn) -> Section:
    """Session hours; start and end differ."""
    start = draw(times)
    end = draw(times.filter(lambda at: at != start))
    return {"start": start, "end": end, "timezone": draw(st.sampled_from(ZONES))}


@st.composite
def sessions(draw: st.DrawFn) -> Section:
    """A global session, sessions of symbols, or both."""
    whole, own = draw(st.sampled_from(((True, False), (False, True), (True, True))))
    days = draw(st.sets(st.sampled_from([day.value for day in Weekday]), min_size=1))
    return {
        "global_session": {"enabled": whole, **draw(hours())},
        "per_instrument_sessions": {
            "enabled": own,
            "sessions": draw(st.dictionaries(roots, hours(), min_size=1, max_size=3)),
        },
        "days": tuple(sorted(days)),
        **draw(
            optional(
                close_positions_at_session_end=flags,
                lockout_outside_session=flags,
                respect_holidays=flags,
                session_close_grace_seconds=seconds,
            )
        ),
    }


@st.composite
def frequencies(draw: st.DrawFn) -> Section:
    """At least one limit, any way of counting, any cooldown."""
    windows = draw(st.sets(st.sampled_from(("minute", "hour", "session")), min_size=1))
    pause = st.one_of(seconds, st.just("until_reset"))
    return {
        "limits": {f"per_{window}": draw(counts) for window in sorted(windows)},
        "cooldown_on_breach": {
            "enabled": draw(flags),
            **{f"per_{window}_breach": draw(pause) for window in sorted(windows)},
        },
        **draw(
            optional(
                count_by=st.sampled_from(("entry", "order", "execution")),
                close_positions_on_breach=flags,
            )
        ),
    }


@st.composite
def profits(draw: st.DrawFn) -> Section:
    """A target of either scope, or a breakeven."""
    if draw(flags):
        scope = draw(st.sampled_from(("total", "per_position")))
        return {"limit": draw(amounts), "scope": scope, **draw(optional(lockout_until=until))}
    arm = draw(amounts)
    below = st.decimals(-arm, arm - Decimal("0.01"), places=2)
    return {
        "mode": "breakeven",
        "scope": "per_position",
        "breakeven_arm_profit": arm,
        "breakeven_offset": draw(below),
    }


@st.composite
def managements(draw: st.DrawFn) -> Section:
    """Breakeven, a trail, both or neither, at any distance."""
    trigger = draw(counts)
    return {
        "auto_breakeven": {
            "enabled": draw(flags),
            "profit_trigger_ticks": trigger,
            "offset_ticks": draw(st.integers(0, trigger - 1)),
        },
        "trailing_stop": {
            "enabled": draw(flags),
            "activation_ticks": draw(counts),
            "trail_distance_ticks": draw(counts),
            "update_frequency": draw(seconds),
        },
        **draw(optional()),
    }


tiers = st.lists(
    st.fixed_dictionaries({"loss_amount": losses, "cooldown_duration": seconds}),
    min_size=1,
    max_size=4,
    unique_by=lambda tier: abs(tier["loss_amount"]),
).map(tuple)
unlisted = st.one_of(
    st.sampled_from(("block", "allow_unlimited")), counts.map(lambda n: f"allow_with_limit:{n}")
)

SECTIONS: dict[str, st.SearchStrategy[Section]] = {
    "max_contracts": both(
        required(limit=counts, close_all=flags),
        optional(count_type=st.sampled_from(("net", "gross")), micro_equivalence=flags),
    ).map(lambda keys: {**keys, "reduce_to_limit": not keys["close_all"]}),
    "max_contracts_per_instrument": both(
        required(limits=st.dictionaries(roots, counts, min_size=1, max_size=4)),
        optional(
            enforcement=st.sampled_from(("reduce_to_limit", "close_all")),
            unknown_symbol_action=unlisted,
        ),
    ),
    "daily_realized_loss": both(
        required(limit=losses),
        optional(include_fees=flags, include_unrealized=flags, lockout_until=until),
    ),
    "daily_unrealized_loss": both(
        required(limit=losses, scope=st.sampled_from(("total", "per_position"))),
        optional(lockout_until=until),
    ),
    "max_unrealized_profit": profits(),
    "trade_frequency_limit": frequencies(),
    "cooldown_after_loss": both(
        required(loss_thresholds=tiers),
        optional(aggregate_by_order=flags, close_positions_on_breach=flags),
    ),
    "no_stop_loss_grace": optional(
        grace_period_seconds=seconds,
        require_full_size=flags,
        regrace_interval_seconds=seconds,
        replace_gap_seconds=seconds,
    ),
    "session_block_outside": sessions(),
    "auth_loss_guard": optional(
        auto_unlock_on_restore=flags, check_interval_seconds=st.integers(10, 3600)
    ),
    "symbol_blocks": optional(
        blocked_symbols=st.sets(roots).map(sorted).map(tuple), close_existing=flags
    ),
    "trade_management": managements(),
    "daily_realized_profit": both(
        required(limit=amounts), optional(include_fees=flags, lockout_until=until)
    ),
}
"""A strategy for each section, by its name."""

global_sections = st.fixed_dictionaries(
    {},
    optional={
        "mode": modes,
        "on_rule_error": st.sampled_from(("alarm", "lock")),
        "price_basis": st.sampled_from(("last", "mid", "exit")),
        "max_quote_age_seconds": seconds,
        "max_price_jump_pct": st.decimals(0, 100, places=3),
    },
)
"""The section `global`."""
