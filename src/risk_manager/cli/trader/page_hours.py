"""Page 6: what time it is, what is open, when it ends, and the closures of a week."""

from __future__ import annotations

from datetime import timedelta

from rich.text import Text

from risk_manager.cli.formatting import UNKNOWN
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow, Status
from risk_manager.cli.trader.model_run import DayRow
from risk_manager.utils.wording import duration, instant_in_words, wall_time


def hours_lines(frame: Frame, status: Status, account: AccountRow) -> list[Text]:
    """Return the page, of any length."""
    now, zone = frame.now(status), frame.zone(account)
    rows = [
        ("now", instant_in_words(now, now, zone, frame.pc_zone)),
        ("trading day", account.trading_day or UNKNOWN),
        ("exchange", _market(frame, status, account)),
        ("your session", _session(frame, status, account)),
    ]
    if account.session is not None and account.session.forced_close_in_s is not None:
        left = max(0.0, account.session.forced_close_in_s - (frame.watch.age_s or 0.0))
        at = frame.when(now + timedelta(seconds=left), account, status)
        rows.append(("forced close", f"in {duration(left)}, at {at}"))
    reset = account.next_reset_at
    rows.append(("next reset", UNKNOWN if reset is None else frame.when(reset, account, status)))
    lines = [frame.title("Hours"), *(frame.line(f"  {name:<14} {text}") for name, text in rows)]
    lines.append(frame.title("Closures of the next seven days"))
    lines += [_day(frame, row, account, status) for row in status.calendar.days]
    if not status.calendar.days:
        until = status.calendar.covered_until
        words = "none" if until is not None else f"{UNKNOWN}: the daemon tells no calendar"
        lines.append(frame.line(f"  {words}"))
    return lines


def _market(frame: Frame, status: Status, account: AccountRow) -> str:
    market = status.market
    if market.open is None:
        return UNKNOWN
    if market.open:
        ends = market.closes_at
        return "open" + ("" if ends is None else f", closes {frame.when(ends, account, status)}")
    opens = market.opens_at
    return "closed" + ("" if opens is None else f", opens {frame.when(opens, account, status)}")


def _session(frame: Frame, status: Status, account: AccountRow) -> str:
    session = account.session
    if session is None:
        return "no rule limits your hours"
    name = "" if session.symbol is None else f"{session.symbol}: "
    if session.open:
        ends = session.closes_at
        until = "" if ends is None else f", closes {frame.when(ends, account, status)}"
        return f"{name}open{until}"
    opens = session.opens_at
    again = "" if opens is None else f", opens {frame.when(opens, account, status)}"
    return f"{name}closed{again}"


def _day(frame: Frame, row: DayRow, account: AccountRow, status: Status) -> Text:
    if row.closes_at is None:
        return frame.line(f"  {row.date:%a %Y-%m-%d}  closed all day")
    at = wall_time(row.closes_at, frame.zone(account), frame.now(status))
    return frame.line(f"  {row.date:%a %Y-%m-%d}  closes early: {at}")
