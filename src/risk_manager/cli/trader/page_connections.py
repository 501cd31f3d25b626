"""Page 5: is everything the guard needs there: daemon, streams, login, database, clock."""

from __future__ import annotations

from rich.text import Text

from risk_manager.cli.formatting import UNKNOWN
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.headline import tier_text
from risk_manager.cli.trader.model import AccountRow, Status
from risk_manager.cli.trader.model_run import LinkRow
from risk_manager.utils.wording import duration


def connections_lines(frame: Frame, status: Status, _account: AccountRow) -> list[Text]:
    """Return the page, of any length."""
    age_s = frame.watch.age_s or 0.0
    rows: list[tuple[str, str, bool]] = [
        ("daemon", _daemon(status), True),
        ("heartbeat", f"{age_s:.1f}s ago", not frame.watch.is_stale),
        ("user hub", *_link(status.hubs.user, status.links.get("user", LinkRow()), age_s)),
        ("market hub", *_link(status.hubs.market, status.links.get("market", LinkRow()), age_s)),
        ("login", *_login(status)),
        ("last full read", _read(frame, status), status.last_reconcile_at is not None),
        ("database", status.database.problem or "takes rows", status.database.problem is None),
        ("clock", status.clock, status.clock == "trusted"),
        ("blind today", duration(status.blind_s_today or 0.0), not status.blind_s_today),
    ]
    lines = [frame.title("Connections")]
    for name, words, is_well in rows:
        lines.append(frame.line(f"  {name:<16} {words}", "" if is_well else "bold yellow"))
    if status.causes:
        lines.append(frame.title("What is missing"))
        lines += [line for cause in status.causes for line in frame.lines(f" {cause}", "yellow")]
    return [*lines, frame.title("Protection"), *frame.lines(f" {tier_text(status)}", most=3)]


def _daemon(status: Status) -> str:
    uptime = UNKNOWN if status.uptime_s is None else duration(status.uptime_s)
    ready = "guards" if status.ready else "is starting"
    return f"{ready}, up for {uptime}, version {status.version or UNKNOWN}, mode {status.mode}"


def _link(state: str, link: LinkRow, age_s: float) -> tuple[str, bool]:
    words = state
    if link.up_s is not None:
        words += f" for {duration(link.up_s)}"
    if link.cause is not None:
        words += f" - {link.cause}"
    if link.last_event_s is not None:
        words += f", last event {duration(link.last_event_s + age_s)} ago"
    return words, state == "up"


def _login(status: Status) -> tuple[str, bool]:
    if status.login.problem is not None:
        return status.login.problem, False
    if status.login.age_s is None:
        return UNKNOWN, False
    return f"token is {duration(status.login.age_s)} old", True


def _read(frame: Frame, status: Status) -> str:
    if status.last_reconcile_at is None:
        return "never"
    return f"{duration((frame.now(status) - status.last_reconcile_at).total_seconds())} ago"
