"""The demo on a terminal: the trader's live screen with the story below it."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from risk_manager.cli.formatting import PcZone, glyphs_for
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.keys import key_presses
from risk_manager.cli.trader.source import Follower
from risk_manager.cli.trader.status_screen import screen_lines
from risk_manager.cli.trader.watch import Watch, choose

STORY_LINES: Final = 6
_REDRAW_S: Final = 1.0
_END_KEY: Final = "q"


class DemoScreen:
    """Draws until the story is over or Q is pressed. `monotonic` gives seconds.

    The story's thread calls `tell`, `opened` and `over`; `quit` is set when the viewer leaves.
    """

    def __init__(self, console: Console, monotonic: Callable[[], float]) -> None:
        self.quit = threading.Event()
        self._console = console
        self._monotonic = monotonic
        self._story: deque[str] = deque(maxlen=20)
        self._inbox: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._follower: Follower | None = None
        self._over = threading.Event()

    def tell(self, line: str) -> None:
        """Add a line to the story."""
        self._story.append(line)
        self._inbox.put("")

    def opened(self, run_folder: Path) -> None:
        """Follow the daemon of this run folder."""
        follower = Follower([run_folder], self._monotonic, lambda: self._inbox.put(""))
        follower.start()
        self._follower = follower

    def over(self) -> None:
        """Say that the story has ended."""
        self._over.set()
        self._inbox.put("")

    def show(self) -> None:
        """Draw until the end; the terminal is restored whatever ends it."""
        try:
            with (
                Live(console=self._console, screen=True, auto_refresh=False) as live,
                key_presses(self._inbox.put),
            ):
                self._draw_until_the_end(live)
        finally:
            self.quit.set()
            if self._follower is not None:
                self._follower.stop()

    def _draw_until_the_end(self, live: Live) -> None:
        key = ""
        while key != _END_KEY and not self._over.is_set():
            live.update(Group(*self._lines()), refresh=True)
            key = self._next_key()

    def _next_key(self) -> str:
        try:
            return self._inbox.get(timeout=_REDRAW_S)
        except queue.Empty:
            return ""

    def _lines(self) -> list[Text]:
        watch = self._follower.watch() if self._follower else Watch(None, None, "starting")
        frame = Frame(
            watch,
            choose(watch.status, None) if watch.status else (),
            PcZone(),
            glyphs_for(self._console.encoding),
            width=self._console.width,
            height=max(8, self._console.height - STORY_LINES),
            live=True,
        )
        lines = screen_lines(frame)
        filler = [frame.line("")] * (frame.height - len(lines))
        return [*lines, *filler, *self._story_lines(frame)]

    def _story_lines(self, frame: Frame) -> list[Text]:
        lines = [line for told in self._story for line in frame.lines(told, _style_of(told))]
        return [frame.title("What happens (Q ends the demo)"), *lines[1 - STORY_LINES :]]


def _style_of(line: str) -> str:
    if "NOT enforced" in line:
        return "bold red"
    return "bold green" if line.startswith("RULE-") else ""
