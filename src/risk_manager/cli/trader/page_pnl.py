"""Page 2: where the day's money is, the chart, and the last results."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rich.text import Text

from risk_manager.cli.formatting import money, signed
from risk_manager.cli.trader.chart import chart
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow, Status
from risk_manager.cli.trader.model_day import ResultRow

CHART_LINES: Final = 12


def pnl_lines(frame: Frame, _status: Status, account: AccountRow) -> list[Text]:
    """Return the page, of any length."""
    lines = [frame.title(f"P&L of the trading day {account.trading_day or ''}".rstrip())]
    lines += [frame.line(f"  {name:<26} {value}") for name, value in _sums(frame, account)]
    lines += chart(frame, account, CHART_LINES)
    lines.append(frame.title("The last ten results, the newest first (gross, running sum)"))
    results = [_result(frame, account, row) for row in account.trades]
    return [*lines, *(results or [frame.line("  none yet")])]


def total_pnl(account: AccountRow) -> Decimal | None:
    """Realised plus open, gross USD; None while a part is UNKNOWN."""
    if account.realized_pnl is None or account.unrealized_pnl is None:
        return None
    return account.realized_pnl + account.unrealized_pnl


def buffer(account: AccountRow) -> Decimal | None:
    """USD left until the day's loss limit (RULE-003); None without such a rule, or UNKNOWN."""
    for rule in account.rules:
        if rule.rule == "RULE-003" and rule.enabled and rule.left is not None:
            return rule.left.amount
    return None


def _sums(frame: Frame, account: AccountRow) -> list[tuple[str, str]]:
    sums = [
        ("balance at the day's start", money(account.start_balance)),
        ("realised, gross", signed(account.realized_pnl)),
        ("realised, net of costs", signed(account.net_pnl)),
        ("open", signed(account.unrealized_pnl)),
        ("total, gross", signed(total_pnl(account))),
    ]
    if any(rule.rule == "RULE-003" and rule.enabled for rule in account.rules):
        sums.append(("left until the loss limit", money(buffer(account))))
    curve = account.curve
    extremes = [] if curve is None else [("lowest total", curve.low), ("highest total", curve.high)]
    for name, extreme in extremes:
        if extreme is not None:
            at = f"{extreme.at.astimezone(frame.zone(account)):%H:%M:%S}"
            sums.append((name, f"{signed(extreme.amount)} at {at}"))
    venue = account.venue
    if venue is not None:
        words = f"{money(venue.distance_at_most)} at most, of {money(venue.max_loss_limit)}"
        sums.append(("to the venue's loss limit", f"{words} ({venue.preset})"))
    return sums


def _result(frame: Frame, account: AccountRow, row: ResultRow) -> Text:
    at = row.at.astimezone(frame.zone(account))
    style = "" if row.pnl is None or row.pnl >= 0 else "red"
    price = "UNKNOWN" if row.price is None else str(row.price)
    what = f"{row.symbol:<6}{row.side:<5}{row.size:>4} at {price:<12}"
    return frame.line(
        f"  {at:%H:%M:%S}  {what}{signed(row.pnl):>12}{signed(row.running):>14}", style
    )
