"""Lines that ask for attention now: a missing stop, a session that ends, a limit that is near."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Final

from rich.text import Text

from risk_manager.cli.formatting import money, only_number, used_fraction
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow, PositionRow, RuleRow, Status
from risk_manager.utils.messages import session_ends
from risk_manager.utils.rule_names import RULE_NAMES
from risk_manager.utils.wording import duration

SESSION_ENDS_S: Final = 900.0
_WARN_FROM: Final = Decimal("0.85")
_FOLLOWER: Final = "FOLLOWER - cannot cancel here; guard the leader - positions are still closed"
_URGENT, _WARNING = "bold bright_white on red", "bold yellow"


def notice_lines(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return every line that applies, the most urgent first."""
    lines = []
    for text, style in _notices(frame, status, account):
        lines += frame.lines(text, style)
    return lines


def _notices(frame: Frame, status: Status, account: AccountRow) -> Iterator[tuple[str, str]]:
    age_s = frame.watch.age_s or 0.0
    for position in account.positions:
        if position.uncovered_closes_in_s is not None:
            left = max(0.0, position.uncovered_closes_in_s - age_s)
            yield no_stop(position, left), _URGENT
    session = account.session
    if session is not None and session.forced_close_in_s is not None and account.positions:
        left = max(0.0, session.forced_close_in_s - age_s)
        if left <= SESSION_ENDS_S:
            at = frame.when(frame.now(status) + timedelta(seconds=left), account, status)
            yield session_ends(left, at), _WARNING
    for rule in account.rules:
        if rule.enabled and rule.unknown:
            yield unknown(rule), _WARNING
    yield from ((text, _WARNING) for text in map(near_limit, account.rules) if text)
    if account.follower:
        yield _FOLLOWER, _WARNING


def no_stop(row: PositionRow, left_s: float) -> str:
    """Return `NO STOP - MNQ 2 of 2 uncovered - closes in 12s - place a sell stop for 2`."""
    open_size = row.size - (row.covered or 0)
    side = "sell" if row.side == "long" else "buy"
    return (
        f"NO STOP - {row.symbol} {open_size} of {row.size} uncovered"
        f" - closes in {duration(left_s)} - place a {side} stop for {open_size}"
    )


def unknown(rule: RuleRow) -> str:
    """Return `UNKNOWN - no price for ES - floating loss is not evaluated - you may trade; ...`."""
    name = RULE_NAMES.get(rule.rule, rule.rule)
    return (
        f"UNKNOWN - {rule.unknown} - {name} is not evaluated"
        " - you may trade; other rules are active"
    )


def near_limit(rule: RuleRow) -> str:
    """Return `85 % - daily loss -425.00 of -500.00 - 75.00 left - you may trade`, or nothing.

    Only rules with a loss in USD warn: a full contract limit is nothing to worry about.
    """
    value, limit = only_number(rule.value), only_number(rule.limit)
    in_usd = rule.left is not None and rule.left.unit == "USD"
    if rule.unknown or not rule.enabled or value is None or limit is None or not in_usd:
        return ""
    used = used_fraction(value, limit)
    if limit >= 0 or not _WARN_FROM <= used < 1:
        return ""
    name = RULE_NAMES.get(rule.rule, rule.rule)
    return (
        f"{int(used * 100)} % - {name} {money(value)} of {money(limit)}"
        f" - {money(abs(limit) - abs(value))} left - you may trade"
    )
