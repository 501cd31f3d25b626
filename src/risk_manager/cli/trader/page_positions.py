"""Page 3: open positions with their stop cover, and working orders."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text

from risk_manager.cli.formatting import UNKNOWN, signed
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow, OrderRow, PositionRow, Status
from risk_manager.utils.wording import duration

_POSITION = "  {:<6} {:<5} {:>5} {:>12} {:>11} {:>6} {:>6}  {}"
_ORDER = "  {:<6} {:<5} {:>5} {:<14} {:>12} {:<10} {:>6}"


def positions_lines(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return the page, of any length."""
    now = frame.now(status)
    head = _POSITION.format("symbol", "side", "size", "at", "open P&L", "age", "quote", "stop")
    lines = [frame.title("Positions"), frame.line(head, "dim")]
    for row in account.positions:
        lines += [_position(frame, row, now), *_clocks(frame, row)]
    if not account.positions:
        lines.append(frame.line("  flat"))
    head = _ORDER.format("symbol", "side", "size", "type", "price", "status", "age")
    lines += [frame.title("Working orders"), frame.line(head, "dim")]
    lines += [_order(frame, row, now) for row in account.orders]
    if not account.orders:
        lines.append(frame.line("  none"))
    return lines


def _position(frame: Frame, row: PositionRow, now: datetime) -> Text:
    age_s = frame.watch.age_s or 0.0
    size = str(row.size) if row.limit is None else f"{row.size}/{row.limit}"
    price = UNKNOWN if row.average_price is None else str(row.average_price)
    quote = "none" if row.quote_age_s is None else duration(row.quote_age_s + age_s)
    cover, style = f"covers {row.covered} of {row.size}", ""
    if row.covered is None:
        cover, style = UNKNOWN, "yellow"
    elif row.covered < row.size:
        cover, style = f"{row.covered} of {row.size}", "bold red"
    text = _POSITION.format(
        row.symbol, row.side, size, price, signed(row.unrealized_pnl), _age(row.opened_at, now),
        quote, cover,
    )  # fmt: skip
    return frame.line(text, style)


def _clocks(frame: Frame, row: PositionRow) -> list[Text]:
    """Return a line for each clock that closes the position."""
    age_s = frame.watch.age_s or 0.0
    clocks = (
        ("no stop: closes", row.uncovered_closes_in_s, "bold red"),
        ("the session closes it", row.session_closes_in_s, "dim"),
    )
    return [
        frame.line(f"         {words} in {duration(max(0.0, left - age_s))}", style)
        for words, left, style in clocks
        if left is not None
    ]


def _order(frame: Frame, row: OrderRow, now: datetime) -> Text:
    price = row.stop_price if row.stop_price is not None else row.limit_price
    size = f"{row.filled}/{row.size}" if row.filled else str(row.size)
    kind = (row.type or UNKNOWN).replace("_", " ")
    text = _ORDER.format(
        row.symbol, row.side, size, kind, "-" if price is None else str(price),
        row.status.replace("_", " "), _age(row.created_at, now),
    )  # fmt: skip
    return frame.line(text)


def _age(since: datetime | None, now: datetime) -> str:
    return "-" if since is None else duration((now - since).total_seconds())
