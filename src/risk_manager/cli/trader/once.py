"""Prints a page once, for a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rich.console import Group

from risk_manager.cli.formatting import ASCII_GLYPHS, PcZone, glyphs_for, make_console
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.headline import headline
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.model_history import HistoryAnswer
from risk_manager.cli.trader.options import Options
from risk_manager.cli.trader.pages import Body
from risk_manager.cli.trader.status_screen import screen_lines
from risk_manager.cli.trader.watch import Watch


def print_screen(
    options: Options, watch: Watch, accounts: Sequence[AccountRow], *, compact: bool
) -> None:
    """Print the first page, as large as the terminal."""
    console = make_console(color=options.color)
    frame = Frame(
        watch, tuple(accounts), PcZone(), glyphs_for(console.encoding), console.width,
        max(24, console.height), compact=compact,
    )  # fmt: skip
    console.print(Group(*screen_lines(frame)))


def plain_frame(watch: Watch, account: AccountRow) -> Frame:
    """Return what sentences about an account need: its times, no terminal."""
    return Frame(watch, (account,), PcZone(), ASCII_GLYPHS)


def print_page(
    options: Options,
    watch: Watch,
    accounts: Sequence[AccountRow],
    body: Body,
    histories: Mapping[int, HistoryAnswer] | None = None,
) -> None:
    """Print a page for each account, the whole of it; `histories` by account."""
    console = make_console(color=options.color)
    glyphs = glyphs_for(console.encoding)
    shown: list[tuple[AccountRow, ...]] = [(account,) for account in accounts] or [()]
    for group in shown:
        frame = Frame(watch, group, PcZone(), glyphs, console.width, console.height)
        lines = headline(frame, short=True)
        if watch.status is not None and frame.account is not None:
            past = (histories or {}).get(frame.account.id)
            lines += body(replace(frame, history=past), watch.status, frame.account)
        console.print(Group(*lines))
