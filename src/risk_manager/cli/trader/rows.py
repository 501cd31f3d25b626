"""Single lines of the trader's screen: a position, an order, an enforcement, what is left."""

from __future__ import annotations

from rich.text import Text

from risk_manager.cli.formatting import money, signed
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import (
    EnforcementRow,
    HeadroomRow,
    LeftRow,
    OrderRow,
    PositionRow,
)
from risk_manager.domain.symbols import root_of_contract_id
from risk_manager.utils.wording import duration


def room_words(head: HeadroomRow) -> str:
    """Return `MNQ 1`, or `MNQ any size` when no rule limits it."""
    return f"{head.symbol} {'any size' if head.contracts is None else head.contracts}"


def left_words(left: LeftRow) -> str:
    """Return `240.00`, `2 contracts in MNQ`, `1 trade per minute` or `12s for MNQ`."""
    if left.unit == "USD":
        return money(left.amount) + (f" in {left.of}" if left.of else "")
    if left.unit == "s":
        return duration(float(left.amount)) + (f" for {left.of}" if left.of else "")
    unit = left.unit.removesuffix("s") if left.amount == 1 else left.unit
    link = "per" if left.unit == "trades" else "in"
    return f"{left.amount:f} {unit}" + (f" {link} {left.of}" if left.of else "")


def position(frame: Frame, row: PositionRow) -> Text:
    """Return an open position with its stop cover and every clock that closes it."""
    cover = "stop UNKNOWN" if row.covered is None else f"stop covers {row.covered} of {row.size}"
    if row.covered == 0:
        cover = "no stop"
    if row.uncovered_closes_in_s is not None:
        left = max(0.0, row.uncovered_closes_in_s - (frame.watch.age_s or 0.0))
        cover = f"NO STOP for {row.size - (row.covered or 0)}, closes in {duration(left)}"
    price = "UNKNOWN" if row.average_price is None else str(row.average_price)
    text = f"  {row.symbol:<6}{row.side:<6}{row.size:>4} at {price:<12}"
    return frame.line(f"{text} open {signed(row.unrealized_pnl):<12} {cover}")


def order(frame: Frame, row: OrderRow) -> Text:
    """Return a working order."""
    price = row.stop_price if row.stop_price is not None else row.limit_price
    where = f" at {price}" if price is not None else ""
    part = f" ({row.filled} filled)" if row.filled else ""
    kind = (row.type or "UNKNOWN").replace("_", " ")
    return frame.line(f"  {row.symbol:<6}{row.side:<6}{row.size:>4} {kind} order{where}{part}")


def enforcement(frame: Frame, row: EnforcementRow) -> Text:
    """Return a line of the enforcement log; its outcome and speed stay when it is cut."""
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


def _ms(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"
