"""The sections of the trader's screen: day, limits, positions, orders, enforcements, footer."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rich.text import Text

from risk_manager.cli.formatting import (
    bar,
    level_style,
    money,
    signed,
)
from risk_manager.cli.trader import rows
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.gauges import Gauge, gauges
from risk_manager.cli.trader.model import (
    AccountRow,
    RuleRow,
    SessionRow,
    Status,
)
from risk_manager.cli.trader.rows import left_words, room_words
from risk_manager.utils.rule_names import RULE_NAMES

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
    return [
        frame.line(pnl, style),
        *frame.lines(_session(frame, status, account)),
    ]


def limits(frame: Frame, account: AccountRow, most: int) -> list[Text]:
    """Return one line per enabled rule, at most `most` below the title: the fullest ones.

    The title says how large the next order may be.
    """
    enabled = [rule for rule in account.rules if rule.enabled]
    fullest = sorted(enabled, key=lambda rule: _fullness(account, rule), reverse=True)[:most]
    room = ", ".join(room_words(head) for head in account.headroom)
    title = "Limits" if len(fullest) == len(enabled) else f"The fullest of {len(enabled)} limits"
    title += f" (next order at most: {room})" if room else ""
    return [
        frame.title(title),
        *(rule_line(frame, account, rule) for rule in enabled if rule in fullest),
    ]


def holdings(frame: Frame, account: AccountRow, most: int) -> list[Text]:
    """Return the open positions and the working orders, at most `most` lines below the title."""
    held = [rows.position(frame, row) for row in account.positions]
    held += [rows.order(frame, row) for row in account.orders]
    if not account.positions:
        what = "flat" if account.orders else "flat, no working orders"
        held.insert(0, frame.line(f"  {what}"))
    if len(held) > most:
        held[most - 1 :] = [frame.line(f"  and {len(held) - most + 1} more", "dim")]
    return [frame.title("Positions and working orders"), *held]


def enforcements(frame: Frame, account: AccountRow, most: int) -> list[Text]:
    """Return the last enforcements, the newest first, at most `most` lines without the title."""
    newest = sorted(account.enforcements, key=lambda row: row.at, reverse=True)[:most]
    return [
        frame.title("Last enforcements (ms from the event: to request, to flat)"),
        *([rows.enforcement(frame, row) for row in newest] or [frame.line("  none")]),
    ]


def footer(frame: Frame, status: Status) -> Text:
    """Return the state of daemon, streams, API and clock."""
    daemon = "not answering" if frame.watch.is_stale else "up" if status.ready else "starting"
    state = (
        f" daemon {daemon}   user hub {status.hubs.user}   market hub {status.hubs.market}"
        f"{_api(status)}   clock {status.clock}"
    )
    return frame.line(state, "reverse")


def _api(status: Status) -> str:
    """Return whether the login holds; nothing when an older daemon does not tell."""
    if status.login.problem is not None:
        return "   API failing"
    return "" if status.login.age_s is None else "   API up"


def _session(frame: Frame, status: Status, account: AccountRow) -> str:
    parts = []
    session = account.session
    if session is not None:
        parts.append(_session_words(frame, status, account, session))
    if account.next_reset_at is not None:
        parts.append(f"reset {frame.when(account.next_reset_at, account, status)}")
    if account.venue is not None:
        distance = money(account.venue.distance_at_most)
        parts.append(f"venue's loss limit {distance} away at most")
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


def rule_line(frame: Frame, account: AccountRow, rule: RuleRow) -> Text:
    """Return reading, limit, the fullest gauge, per cent and what is left."""
    name = f"  {rule.rule.removeprefix('RULE-')} {RULE_NAMES.get(rule.rule, ''):<15}"
    shadow = "  shadow only" if rule.mode == "shadow" else ""
    if rule.unknown:
        known = f"; {rule.value}" if rule.value else ""
        return frame.line(f"{name} UNKNOWN - {rule.unknown}{known}{shadow}", "bold yellow")
    left = "" if rule.left is None else f"{left_words(rule.left)} left"
    found = gauges(account, rule)
    if not found:
        words = f"{rule.value or '-'} ({rule.limit})" if rule.limit else rule.value or "-"
        return frame.line(f"{name} {words} {left}{shadow}".rstrip())
    return gauge_line(frame, name, found[0], f"{left}{shadow}", _reading(rule, found))


def gauge_line(frame: Frame, name: str, gauge: Gauge, after: str, reading: str = "") -> Text:
    """Return a gauge: its name, value and limit (or `reading`), bar, per cent, and more words."""
    words = reading or f"{gauge.value:f} of {gauge.limit:f}"
    percent = f"{min(999, int(gauge.used * 100)):>3}%"
    meter = f"{bar(gauge.used, _BAR_WIDTH, frame.glyphs)} {percent}"
    return frame.line(f"{f'{name} {words}':<43} {meter} {after}", level_style(gauge.used))


def _reading(rule: RuleRow, found: list[Gauge]) -> str:
    """Return the rule's own words for its one gauge; of several the fullest is named."""
    if len(found) == 1 and not found[0].of:
        return f"{rule.value or '-'} of {rule.limit}"
    return f"{found[0].of} {found[0].value:f} of {found[0].limit:f}"


def _fullness(account: AccountRow, rule: RuleRow) -> Decimal:
    """Return how much of a limit is used, for choosing; UNKNOWN counts as full."""
    if rule.unknown:
        return Decimal(1)
    return max((gauge.used for gauge in gauges(account, rule)), default=Decimal(0))
