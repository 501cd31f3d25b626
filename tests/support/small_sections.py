"""Strategies for sections with small numbers: two of them often differ in a way that is felt."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st

Section = dict[str, Any]

flags = st.booleans()
limits = st.integers(1, 6)
usd = st.sampled_from((-40, -100, -250, -500))
profit = st.sampled_from((40, 100, 250, 500))
until = st.sampled_from(("daily_reset", "permanent"))
pauses = st.sampled_from((30, 60, 300, 3600))
roots = st.sampled_from(("MNQ", "NQ", "ES"))
days = (("09:30", "16:00"), ("10:00", "15:00"))
hours = st.sampled_from((*days, ("18:00", "17:00"), ("18:00", "12:00")))
maybe = st.none() | limits


def _keys(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Section]:
    return st.fixed_dictionaries(keys)


def _window(pair: tuple[str, str]) -> Section:
    return {"start": pair[0], "end": pair[1], "timezone": "America/New_York"}


def _tiers(pairs: dict[int, int]) -> tuple[Section, ...]:
    return tuple({"loss_amount": a, "cooldown_duration": s} for a, s in pairs.items())


SMALL: dict[str, st.SearchStrategy[Section]] = {
    "max_contracts": _keys(
        limit=limits, count_type=st.sampled_from(("net", "gross")), micro_equivalence=flags,
        close_all=flags,
    ).map(lambda keys: keys | {"reduce_to_limit": not keys["close_all"]}),
    "max_contracts_per_instrument": _keys(
        limits=st.dictionaries(roots, limits, min_size=1, max_size=3),
        enforcement=st.sampled_from(("reduce_to_limit", "close_all")),
        unknown_symbol_action=st.sampled_from(
            ("block", "allow_unlimited", "allow_with_limit:1", "allow_with_limit:3")
        ),
    ),
    "daily_realized_loss": _keys(
        limit=usd, include_fees=flags, include_unrealized=flags, lockout_until=until
    ),
    "daily_realized_profit": _keys(limit=profit, include_fees=flags, lockout_until=until),
    "daily_unrealized_loss": _keys(
        limit=usd, scope=st.sampled_from(("total", "per_position")), lockout_until=until
    ),
    "max_unrealized_profit": st.one_of(
        _keys(
            limit=profit, scope=st.sampled_from(("total", "per_position")), lockout_until=until
        ),
        _keys(
            mode=st.just("breakeven"), scope=st.just("per_position"),
            breakeven_arm_profit=profit, breakeven_offset=st.sampled_from((-50, 0, 20, 39)),
        ),
    ),
    "trade_frequency_limit": _keys(
        limits=_keys(per_minute=maybe, per_hour=maybe, per_session=limits),
        cooldown_on_breach=_keys(
            enabled=flags, per_minute_breach=pauses, per_hour_breach=pauses,
            per_session_breach=pauses,
        ),
        close_positions_on_breach=flags,
    ),
    "cooldown_after_loss": _keys(
        loss_thresholds=st.dictionaries(usd, pauses, min_size=1, max_size=3).map(_tiers),
        close_positions_on_breach=flags,
    ),
    "no_stop_loss_grace": _keys(
        grace_period_seconds=pauses, require_full_size=flags, regrace_interval_seconds=pauses,
        replace_gap_seconds=pauses,
    ),
    "session_block_outside": _keys(
        global_session=hours.map(lambda pair: {"enabled": True, **_window(pair)}),
        per_instrument_sessions=st.dictionaries(roots, hours.map(_window), max_size=2).map(
            lambda own: {"enabled": bool(own), "sessions": own}
        ),
        close_positions_at_session_end=flags,
        lockout_outside_session=flags,
        session_close_grace_seconds=st.sampled_from((0, 60, 3600)),
    ),
    "auth_loss_guard": _keys(auto_unlock_on_restore=flags),
    "symbol_blocks": _keys(
        blocked_symbols=st.sets(roots).map(sorted).map(tuple), close_existing=flags
    ),
}  # fmt: skip
"""A strategy for each section that limits something, by its name."""
