"""The trader's one screen: 80 x 24 is enough, and the important comes first."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from risk_manager.cli.trader import sections
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.headline import headline
from risk_manager.cli.trader.model import AccountRow

_FEWEST_ENFORCEMENTS = 2
_TITLES = 3


def status_screen(frame: Frame) -> Group:
    """Return the whole screen, at most `frame.height` lines of `frame.width` cells."""
    return Group(*screen_lines(frame))


def screen_lines(frame: Frame) -> list[Text]:
    """Return the lines of the screen, top to bottom.

    The headline and the footer always stay; lists that do not fit say so.
    """
    top = headline(frame)
    status, account = frame.watch.status, frame.account
    if status is None:
        return top[: frame.height]
    bottom = [sections.footer(frame, status)]
    if account is None:
        return [*top, frame.line(" no account"), *bottom][: frame.height]
    top += sections.day(frame, status, account)
    top = top[: frame.height - len(bottom)]
    room = frame.height - len(top) - len(bottom)
    middle = _middle(frame, account, room)
    return [*top, *middle[:room], *bottom]


def _middle(frame: Frame, account: AccountRow, room: int) -> list[Text]:
    """Return limits, holdings and enforcements, which share `room` lines."""
    rules, held = len(account.rules), len(account.positions) + len(account.orders) + 1
    rules, held = _share(rules, held, room - _TITLES - _FEWEST_ENFORCEMENTS)
    limits = sections.limits(frame, account, most=rules)
    holdings = sections.holdings(frame, account, most=held)
    left = room - len(limits) - len(holdings) - 1
    return [*limits, *holdings, *sections.enforcements(frame, account, most=max(1, left))]


def _share(first: int, second: int, room: int) -> tuple[int, int]:
    """Shorten the longer of two lists until both fit in `room` lines; each keeps at least one."""
    while first + second > room and max(first, second) > 1:
        if first >= second:
            first -= 1
        else:
            second -= 1
    return first, second
