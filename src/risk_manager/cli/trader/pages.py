"""The pages of the live view, and one picture of it: head, body and foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from rich.text import Text

from risk_manager.cli.trader import sections
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.headline import headline
from risk_manager.cli.trader.help_page import help_lines
from risk_manager.cli.trader.model import AccountRow, Status
from risk_manager.cli.trader.page_connections import connections_lines
from risk_manager.cli.trader.page_hours import hours_lines
from risk_manager.cli.trader.page_locks import locks_lines
from risk_manager.cli.trader.page_log import log_lines
from risk_manager.cli.trader.page_pnl import pnl_lines
from risk_manager.cli.trader.page_positions import positions_lines
from risk_manager.cli.trader.page_rules import rules_lines
from risk_manager.cli.trader.status_screen import screen_lines
from risk_manager.cli.trader.why import why_lines

Body = Callable[[Frame, Status, AccountRow], list[Text]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the key that shows it, its short name, and its lines.

    The first page has no lines of its own: it is fitted into the terminal as a whole.
    """

    key: str
    name: str
    body: Body | None

    @property
    def scrolls(self) -> bool:
        """Whether the page may be longer than the terminal."""
        return self.body is not None


@dataclass(frozen=True, slots=True)
class Picture:
    """The lines of one picture; only the body may be longer than its place."""

    head: list[Text]
    body: list[Text]
    foot: list[Text]


STATUS: Final = Page("1", "Status", None)
LOCKS: Final = Page("7", "Locks", locks_lines)
LOG: Final = Page("8", "Log", log_lines)
HELP: Final = Page("?", "Help", lambda frame, _status, _account: help_lines(frame))
PAGES: Final = (
    STATUS,
    Page("2", "P&L", pnl_lines),
    Page("3", "Pos", positions_lines),
    Page("4", "Rules", rules_lines),
    Page("5", "Conn", connections_lines),
    Page("6", "Hours", hours_lines),
    LOCKS,
    LOG,
    HELP,
)
WHY: Final = why_lines
"""What the command `why` prints; it has no key."""
BY_KEY: Final = {page.key: page for page in PAGES}


def picture(frame: Frame, page: Page) -> Picture:
    """Return what the terminal shows of a page."""
    keys = _keys(frame, page)
    status, account = frame.watch.status, frame.account
    beside_bar = replace(frame, width=max(1, frame.width - 1))
    if page is HELP:
        return Picture(headline(frame, short=True), help_lines(beside_bar), [keys])
    if page.body is None or status is None or account is None:
        whole = screen_lines(frame.of_height(frame.height - 1))
        cut = len(whole) if status is None else len(whole) - 1
        return Picture([], whole[:cut], [*whole[cut:], keys])
    foot = [sections.footer(frame, status), keys]
    return Picture(headline(frame, short=True), page.body(beside_bar, status, account), foot)


def _keys(frame: Frame, shown: Page) -> Text:
    """Return the line of keys; brackets mark the page, so that it needs no colour."""
    names = [
        f"[{page.key} {page.name}]" if page is shown else f"{page.key} {page.name}"
        for page in PAGES
    ]
    return frame.line(" ".join([*names, "Q Quit"]), "bold")
