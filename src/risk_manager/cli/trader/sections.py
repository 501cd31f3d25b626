"""The sections of the trader's screen: day, limits, positions, orders, enforcements, footer."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rich.text import Text

from risk_manager.cli.formatting import (
    UNKNOWN,
    bar,
    level_style,
    money,
    only_number,
    signed,
    used_fraction,
)
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import (
    AccountRow,
    EnforcementRow,
    OrderRow,
    PositionRow,
    RuleRow,
    SessionRow,
    Status,
)
from risk_manager.domain.symbols import root_of_contract_id
from risk_manager.utils.wording import duration

RULE_NAMES: Final = {
    "RULE-001": "contracts",
    "RULE-002": "per instrument",
    "RULE-003": "daily loss",
    "RULE-004": "floating loss",
    "RULE-005": "floating profit",
    "RULE-006": "trade frequency",
    "RULE-007": "loss cooldown",
    "RULE-008": "stop needed",
    "RULE-009": "session",
    "RULE-010": "broker's permit",
    "RULE-011": "symbol blocks",
    "RULE-012": "stop moving",
    "RULE-013": "daily profit",
}

_BAR_WIDTH: Final = 14


def day(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return the P&L of the day, the session and how much the next order may be."""
    realised, floating = account.realized_pnl, account.unrealized_pnl
    total = None if realised is None or floating is None else realised + floating
    pnl = (
        f" P&L {account.trading_day or 'today'}: realised {signed(realised)}"
        f"   open {signed(floating)}   total {signed(total)}"
    )
    style = "bold" if total is None or total >= 0 else "bold red"
    return [frame.line(pnl, style), *frame.lines(_session(frame, status, account))]


def limits(frame: Frame, account: AccountRow, most: int) -> list[Text]:
    """Return one line per enabled rule, at most `most` below the title: the fullest ones.

    The title says how large the next order may be.
    """
    enabled = [rule for rule in account.rules if rule.enabled]
    fullest = sorted(enabled, key=_fullness, reverse=True)[:most]
    room = ", ".join(f"{head.symbol} {_count(head.contracts)}" for head in account.headroom)
    title = "Limits" if len(fullest) == len(enabled) else f"The fullest of {len(enabled)} limits"
    title += f" (next order at most: {room})" if room else ""
    return [frame.title(title), *(_rule(frame, rule) for rule in enabled if rule in fullest)]


def holdings(frame: Frame, account: AccountRow, most: int) -> list[Text]:
    """Return the open positions and the working orders, at most `most` lines below the title."""
    rows = [_position(frame, row) for row in account.positions]
    rows += [_order(frame, row) for row in account.orders]
    if not account.positions:
        what = "flat" if account.orders else "flat, no working orders"
        rows.insert(0, frame.line(f"  {what}"))
    if len(rows) > most:
        rows[most - 1 :] = [frame.line(f"  and {len(rows) - most + 1} more", "dim")]
    return [frame.title("Positions and working orders"), *rows]


def enforcements(frame: Frame, account: AccountRow, most: int) -> list[Text]:
    """Return the last enforcements, the newest first, at most `most` lines without the title."""
    rows = [frame.title("Last enforcements (ms from the event: to request, to flat)")]
    newest = sorted(account.enforcements, key=lambda row: row.at, reverse=True)[:most]
    rows += [_enforcement(frame, row) for row in newest] or [frame.line("  none")]
    return rows


def footer(frame: Frame, status: Status) -> Text:
    """Return the state of daemon, streams and clock, and the keys of the live view."""
    daemon = "not answering" if frame.watch.is_stale else "up" if status.ready else "starting"
    state = (
        f" daemon {daemon}   user hub {status.hubs.user}   market hub {status.hubs.market}"
        f"   clock {status.clock}"
    )
    if frame.live:
        state += "   Q quit  R refresh"
    return frame.line(state, "reverse")


def _session(frame: Frame, status: Status, account: AccountRow) -> str:
    parts = []
    session = account.session
    if session is not None:
        parts.append(_session_words(frame, status, account, session))
    if account.next_reset_at is not None:
        parts.append(f"reset {frame.when(account.next_reset_at, account, status)}")
    if account.can_trade is not True:
        parts.append(f"broker allows trading: {'no' if account.can_trade is False else 'UNKNOWN'}")
    return "   ".join(parts)


def _session_words(frame: Frame, status: Status, account: AccountRow, session: SessionRow) -> str:
    name = f"{session.symbol} session" if session.symbol else "session"
    if not session.open:
        return f"{name} closed"
    if session.closes_at is None:
        return f"{name} open"
    return f"{name} open, closes {frame.when(session.closes_at, account, status)}"


def _rule(frame: Frame, rule: RuleRow) -> Text:
    """Return reading, limit, bar, per cent and what is left, as far as they are numbers."""
    name = f"  {rule.rule.removeprefix('RULE-')} {RULE_NAMES.get(rule.rule, ''):<15}"
    shadow = "  shadow only" if rule.mode == "shadow" else ""
    if rule.unknown:
        return frame.line(f"{name} UNKNOWN - {rule.unknown}{shadow}", "bold yellow")
    value, limit = only_number(rule.value), only_number(rule.limit)
    reading = f"{name} {rule.value or '-'} of {rule.limit}"
    if value is None or limit is None:
        words = f"{rule.value or '-'} ({rule.limit})" if rule.limit else rule.value or "-"
        return frame.line(f"{name} {words}{shadow}")
    used = used_fraction(value, limit)
    left = f"{money(value - limit)} left" if limit < 0 and value > limit else ""
    meter = f"{bar(used, _BAR_WIDTH, frame.glyphs)} {int(used * 100):>3}%"
    return frame.line(f"{reading:<43} {meter} {left}{shadow}", level_style(used))


def _fullness(rule: RuleRow) -> Decimal:
    """Return how much of a limit is used, for choosing; UNKNOWN counts as full."""
    if rule.unknown:
        return Decimal(1)
    value, limit = only_number(rule.value), only_number(rule.limit)
    return Decimal(0) if value is None or limit is None else used_fraction(value, limit)


def _position(frame: Frame, row: PositionRow) -> Text:
    cover = "stop UNKNOWN" if row.covered is None else f"stop covers {row.covered} of {row.size}"
    if row.covered == 0:
        cover = "no stop"
    if row.uncovered_closes_in_s is not None:
        left = max(0.0, row.uncovered_closes_in_s - (frame.watch.age_s or 0.0))
        cover = f"NO STOP for {row.size - (row.covered or 0)}, closes in {duration(left)}"
    price = "UNKNOWN" if row.average_price is None else str(row.average_price)
    text = f"  {row.symbol:<6}{row.side:<6}{row.size:>4} at {price:<12}"
    return frame.line(f"{text} open {signed(row.unrealized_pnl):<12} {cover}")


def _order(frame: Frame, row: OrderRow) -> Text:
    price = row.stop_price if row.stop_price is not None else row.limit_price
    where = f" at {price}" if price is not None else ""
    part = f" ({row.filled} filled)" if row.filled else ""
    kind = (row.type or "UNKNOWN").replace("_", " ")
    return frame.line(f"  {row.symbol:<6}{row.side:<6}{row.size:>4} {kind} order{where}{part}")


def _enforcement(frame: Frame, row: EnforcementRow) -> Text:
    local = row.at.astimezone(frame.pc_zone)
    symbol = (root_of_contract_id(row.contract) or row.contract) if row.contract else ""
    speed = f"{_ms(row.ms_to_request)} / {_ms(row.ms_to_flat)}"
    action = row.action.replace("_", " ").lower()
    head = f"  {local:%H:%M:%S} {row.rule:<8} {action} {symbol}".rstrip()
    tail = f" {row.outcome} {speed}" if speed != "- / -" else f" {row.outcome}"
    room = max(0, frame.width - len(tail))
    line = frame.line(f"{head}: {row.reason}", "" if row.outcome == "DONE" else "yellow")
    line.truncate(room)
    line.pad_right(room - len(line))
    return line.append(tail)


def _count(contracts: int | None) -> str:
    return UNKNOWN if contracts is None else str(contracts)


def _ms(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
