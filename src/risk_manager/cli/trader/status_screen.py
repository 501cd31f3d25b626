"""The trader's one screen: 80 x 24 is enough, and the important comes first."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from risk_manager.cli.trader import sections
from risk_manager.cli.trader.chart import chart
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.headline import headline
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.notices import notice_lines
from risk_manager.cli.trader.page_rules import windows_lines

_FEWEST_ENFORCEMENTS = 2
_TITLES = 3
_CHART_LINES = 9
_ENFORCEMENTS_BESIDE_CHART = 4


def status_screen(frame: Frame) -> Group:
    """Return the whole screen, at most `frame.height` lines of `frame.width` cells."""
    return Group(*screen_lines(frame))


def screen_lines(frame: Frame) -> list[Text]:
    """Return the lines of the screen, top to bottom.

    The headline and the footer always stay; lists that do not fit say so.
    """
    top = headline(frame, short=frame.compact)
    status, account = frame.watch.status, frame.account
    if status is None:
        return top[: frame.height]
    bottom = [sections.footer(frame, status)]
    if account is None:
        return [*top, frame.line(" no account"), *bottom][: frame.height]
    day = sections.day(frame, status, account)
    top += day[:1] if frame.compact else day
    top += notice_lines(frame, status, account)[: max(2, frame.height // 4)]
    top = top[: frame.height - len(bottom)]
    room = frame.height - len(top) - len(bottom)
    middle = _compact(frame, account) if frame.compact else _middle(frame, account, room)
    return [*top, *middle[:room], *bottom]


def _compact(frame: Frame, account: AccountRow) -> list[Text]:
    """Return the fullest limits and what is held, without history: for a small window."""
    held = len(account.positions) + len(account.orders) + 1
    limits = sections.limits(frame, account, most=3)
    return [*limits, *sections.holdings(frame, account, most=min(held, 4))]


def _middle(frame: Frame, account: AccountRow, room: int) -> list[Text]:
    """Return limits, holdings, enforcements and, where there is room, windows and the chart."""
    rules, held = len(account.rules), len(account.positions) + len(account.orders) + 1
    rules, held = _share(rules, held, room - _TITLES - _FEWEST_ENFORCEMENTS)
    limits = sections.limits(frame, account, most=rules)
    holdings = sections.holdings(frame, account, most=held)
    left = room - len(limits) - len(holdings)
    extras: list[Text] = []
    if left >= _CHART_LINES + _ENFORCEMENTS_BESIDE_CHART:
        extras = chart(frame, account, _CHART_LINES)
    windows = windows_lines(frame, account)
    if left - len(extras) - len(windows) >= _ENFORCEMENTS_BESIDE_CHART:
        extras = [*windows, *extras]
    left -= len(extras) + 1
    done = sections.enforcements(frame, account, most=max(1, left))
    return [*limits, *extras, *holdings, *done]


def _share(first: int, second: int, room: int) -> tuple[int, int]:
    """Shorten the longer of two lists until both fit in `room` lines; each keeps at least one."""
    while first + second > room and max(first, second) > 1:
        if first >= second:
            first -= 1
        else:
            second -= 1
    return first, second
