"""Warnings about settings that are valid and probably not meant."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from risk_manager.config.errors import Severity
from risk_manager.config.models import GlobalConfig
from risk_manager.config.validator import Finding, Sections
from risk_manager.config.yaml_text import Loc
from risk_manager.domain.symbols import INDEX_ROOTS, mini_weight

Values = Mapping[str, Mapping[str, Any]]

_NEW_YORK_HOURS: Final = {("18:00", "17:00"), ("09:30", "16:00")}
_CHICAGO: Final = "America/Chicago"


def find_traps(sections: Sections, global_: GlobalConfig) -> Iterator[Finding]:
    """Yield a warning for every trap in one account's effective sections.

    Disabled rules are left out: they decide nothing.
    """
    values = {name: rule.model_dump(mode="json") for name, rule in sections.items() if rule.enabled}
    for check in _CHECKS:
        yield from check(values)
    if not global_.allow_manual_unlock:
        yield from _permanent_locks(values)


def _warning(loc: Loc, message: str, fix: str) -> Finding:
    return Finding(loc, message, fix, Severity.WARNING)


def _instrument_above_global(values: Values) -> Iterator[Finding]:
    overall, each = values.get("max_contracts"), values.get("max_contracts_per_instrument")
    if not overall or not each:
        return
    cap = overall.get("limit")
    micro = bool(overall.get("micro_equivalence"))
    for root, limit in (each.get("limits") or {}).items():
        weight = mini_weight(root) if micro else 1
        if cap is not None and limit * weight > cap:
            loc = ("max_contracts_per_instrument", "limits", root)
            message = f"never reached: max_contracts allows {cap} over all instruments"
            yield _warning(loc, message, "lower it, or raise max_contracts.limit")


def _chicago_zone_with_new_york_hours(values: Values) -> Iterator[Finding]:
    session = values.get("session_block_outside") or {}
    whole: Mapping[str, Any] = session.get("global_session") or {}
    own: Mapping[str, Any] = session.get("per_instrument_sessions") or {}
    windows: list[tuple[Loc, Mapping[str, Any]]] = []
    if whole.get("enabled"):
        windows.append((("global_session",), whole))
    if own.get("enabled"):
        windows += [
            (("per_instrument_sessions", "sessions", root), window)
            for root, window in (own.get("sessions") or {}).items()
            if root in INDEX_ROOTS
        ]
    for loc, window in windows:
        hours = (str(window.get("start")), str(window.get("end")))
        if hours in _NEW_YORK_HOURS and window.get("timezone") == _CHICAGO:
            yield _warning(
                ("session_block_outside", *loc, "timezone"),
                f"{hours[0]} to {hours[1]} are New York hours of index futures, one hour off here",
                "write America/New_York, or the hours of Chicago (17:00 to 16:00, 08:30 to 15:00)",
            )


def _smaller_loss_rests_longer(values: Values) -> Iterator[Finding]:
    tiers = (values.get("cooldown_after_loss") or {}).get("loss_thresholds") or []
    pauses = [(-Decimal(tier["loss_amount"]), int(tier["cooldown_duration"])) for tier in tiers]
    for number, (loss, pause) in enumerate(pauses):
        if any(other > loss and shorter < pause for other, shorter in pauses):
            loc: Loc = ("cooldown_after_loss", "loss_thresholds", number, "cooldown_duration")
            message = "a smaller loss has a longer cooldown; the longest one reached applies"
            yield _warning(loc, message, "let the cooldown grow with the loss")


def _shorter_window_allows_more(values: Values) -> Iterator[Finding]:
    limits = (values.get("trade_frequency_limit") or {}).get("limits") or {}
    names = [name for name in ("per_minute", "per_hour", "per_session") if limits.get(name)]
    for name, wider in pairwise(names):
        if limits[name] > limits[wider]:
            loc = ("trade_frequency_limit", "limits", name)
            message = f"never reached: {wider} allows only {limits[wider]}"
            yield _warning(loc, message, f"lower it, or raise {wider}")


def _position_loss_above_daily(values: Values) -> Iterator[Finding]:
    open_loss, day = values.get("daily_unrealized_loss"), values.get("daily_realized_loss")
    if not open_loss or not day or Decimal(open_loss["limit"]) >= Decimal(day["limit"]):
        return
    message = f"a larger loss than daily_realized_loss allows for the day ({day['limit']})"
    fix = "write a smaller loss here, or a larger one there"
    yield _warning(("daily_unrealized_loss", "limit"), message, fix)


def _nothing_managed(values: Values) -> Iterator[Finding]:
    managed = values.get("trade_management")
    parts = ("auto_breakeven", "trailing_stop")
    if managed and not any(managed[part]["enabled"] for part in parts):
        message = "no stop is ever moved: auto_breakeven and trailing_stop are both off"
        fix = "set enabled: true in one of them, or enabled: false here"
        yield _warning(("trade_management", "enabled"), message, fix)


def _permanent_locks(values: Values) -> Iterator[Finding]:
    for name, rule in values.items():
        if rule.get("lockout_until") == "permanent":
            message = "a permanent lock can never end: manual unlock is off"
            fix = "set global.allow_manual_unlock: true, or write daily_reset"
            yield _warning((name, "lockout_until"), message, fix)


_CHECKS: Final[tuple[Callable[[Values], Iterator[Finding]], ...]] = (
    _instrument_above_global,
    _chicago_zone_with_new_york_hours,
    _nothing_managed,
    _position_loss_above_daily,
    _shorter_window_allows_more,
    _smaller_loss_rests_longer,
)
