"""The trader's one screen: 80 x 24 is enough, and the important comes first."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from risk_manager.cli.trader import sections
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.headline import headline

_FEWEST_ENFORCEMENTS = 2


def status_screen(frame: Frame) -> Group:
    """Return the whole screen, at most `frame.height` lines of `frame.width` cells."""
    return Group(*screen_lines(frame))


def screen_lines(frame: Frame) -> list[Text]:
    """Return the lines of the screen, top to bottom.

    Lists that do not fit end with a count; the headline and the footer always stay.
    """
    top = headline(frame)
    status, account = frame.watch.status, frame.account
    if status is None:
        return top[: frame.height]
    bottom = [sections.footer(frame, status)]
    if account is None:
        return [*top, frame.line(" no account"), *bottom][: frame.height]
    top += sections.day(frame, status, account)
    limits = sections.limits(frame, account)
    holdings = sections.holdings(frame, account)
    top = top[: frame.height - len(bottom)]
    room = frame.height - len(top) - len(bottom)
    lists = [limits, holdings]
    _shorten(frame, lists, room - 1 - _FEWEST_ENFORCEMENTS)
    used = sum(map(len, lists))
    log = sections.enforcements(frame, account, most=max(1, room - used - 1))
    middle = [line for part in (*lists, log) for line in part]
    return [*top, *middle[:room], *bottom]


def _shorten(frame: Frame, lists: list[list[Text]], room: int) -> None:
    """Cut the longest list, again and again, until all fit in `room` lines."""
    cut = [0] * len(lists)
    while sum(map(len, lists)) > room and max(map(len, lists)) > 2:
        longest = max(range(len(lists)), key=lambda index: len(lists[index]))
        rows = lists[longest]
        cut[longest] += 1 if cut[longest] else 2
        del rows[-2:]
        rows.append(frame.line(f"  and {cut[longest]} more", "dim"))
