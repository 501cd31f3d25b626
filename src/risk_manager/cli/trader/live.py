"""The live view: the whole terminal, redrawn each second and at once on news."""

from __future__ import annotations

import queue
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from types import FrameType
from typing import Final

from rich.console import Console
from rich.live import Live

from risk_manager.cli.formatting import glyphs_for
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.keys import key_presses
from risk_manager.cli.trader.model import EnforcementRow
from risk_manager.cli.trader.source import Follower
from risk_manager.cli.trader.status_screen import status_screen
from risk_manager.cli.trader.watch import Watch, choose

_REDRAW_S: Final = 1.0
_ALERT_FOR_S: Final = 10.0
_NEWS: Final = ""


class Alerts:
    """Notices enforcements that were not there before; the first status raises none."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._known: set[tuple[object, ...]] | None = None
        self._text = ""
        self._until = 0.0

    def text(self) -> str:
        """Return the banner, empty when there is none (any more)."""
        return self._text if self._monotonic() < self._until else ""

    def look(self, rows: Sequence[EnforcementRow]) -> bool:
        """Take the present enforcements; returns whether there is a new one."""
        seen = {(row.at, row.rule, row.action, row.contract): row for row in rows}
        fresh = (
            []
            if self._known is None
            else [row for key, row in seen.items() if key not in self._known]
        )
        self._known = set(seen)
        if fresh:
            newest = max(fresh, key=lambda row: row.at)
            self._text = f"{newest.rule} {newest.action.replace('_', ' ').lower()}: {newest.reason}"
            self._until = self._monotonic() + _ALERT_FOR_S
        return bool(fresh)


def live_view(
    run_folders: Sequence[Path],
    *,
    console: Console,
    wanted: str | None,
    monotonic: Callable[[], float],
    pc_zone: tzinfo,
) -> Watch:
    """Show the status until Q or Ctrl-C; returns what was known last.

    `wanted` is an account's id or name, None for all. The terminal is restored at the end, also
    when the process is told to end by a signal.
    """
    inbox: queue.SimpleQueue[str] = queue.SimpleQueue()
    follower = Follower(run_folders, monotonic, lambda: inbox.put(_NEWS))
    alerts = Alerts(monotonic)

    def picture() -> Frame:
        watch = follower.watch()
        accounts = choose(watch.status, wanted) if watch.status else ()
        if accounts and alerts.look(accounts[0].enforcements):
            console.bell()
        return Frame(
            watch, accounts, pc_zone, glyphs_for(console.encoding),
            width=console.width, height=console.height, alert=alerts.text(), live=True,
        )  # fmt: skip

    with (
        EndOnSignals(),
        Live(console=console, screen=True, auto_refresh=False) as live,
        key_presses(inbox.put),
    ):
        follower.start()
        key = _NEWS
        while key != "q":
            live.update(status_screen(picture()), refresh=True)
            key = _next_key(inbox)
    follower.stop()
    return follower.watch()


def _next_key(inbox: queue.SimpleQueue[str]) -> str:
    """Wait for a key or for news; returns empty after a second without either."""
    try:
        return inbox.get(timeout=_REDRAW_S)
    except queue.Empty:
        return _NEWS


class EndOnSignals:
    """While the block runs, SIGTERM and SIGHUP end it like Ctrl-C, so the terminal is restored."""

    def __enter__(self) -> None:
        numbers = [signal.SIGTERM]
        if sys.platform != "win32":
            numbers.append(signal.SIGHUP)
        self._before = {number: signal.signal(number, _interrupt) for number in numbers}

    def __exit__(self, *_exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
