"""Page 8: the enforcement log, also what set no lock, and the totals of the day."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from risk_manager.cli.trader import rows
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow, Status
from risk_manager.cli.trader.model_history import TotalRow


def log_lines(frame: Frame, _status: Status, account: AccountRow) -> list[Text]:
    """Return the page, of any length.

    The lines are those that were asked for; until they are there, the newest of the status.
    """
    history = frame.history
    found = account.enforcements if history is None else history.enforcements
    newest = sorted(found, key=lambda row: row.at, reverse=True)
    title = f"The last {len(newest)} enforcements (ms from the event: to request, to flat)"
    lines = [frame.title(title)]
    for row in newest:
        lines.append(rows.enforcement(frame, row))
        if row.message:
            lines.append(frame.line(f"      the venue: {row.message} ({row.code})", "yellow"))
    if not newest:
        lines.append(frame.line("  none"))
    if history is None:
        return lines
    return [*lines, frame.title("This trading day"), *totals(frame, history.totals)]


def totals(frame: Frame, found: Iterable[TotalRow]) -> list[Text]:
    """Return how often each action had each outcome."""
    lines = [
        frame.line(f"  {row.count:>4} x {row.action.replace('_', ' ').lower()} {row.outcome}")
        for row in found
    ]
    return lines or [frame.line("  nothing was enforced")]
