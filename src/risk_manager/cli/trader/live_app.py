"""The live view as a full-screen program: pages, keys, a redraw each second and at once on news."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import ClassVar, Final

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from risk_manager.cli.formatting import Glyphs
from risk_manager.cli.trader.frame import Frame
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.news import Banner, News
from risk_manager.cli.trader.pages import BY_KEY, HELP, STATUS, Page, picture
from risk_manager.cli.trader.source import Follower
from risk_manager.cli.trader.watch import Watch, choose, fingerprint

_REDRAW_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class LiveSettings:
    """What the live view is told: where the daemon is, which account, how it may look.

    `wanted` is an account's id or name, None for all; `monotonic` gives seconds.
    """

    run_folders: Sequence[Path]
    wanted: str | None
    monotonic: Callable[[], float]
    pc_zone: tzinfo
    glyphs: Glyphs
    compact: bool = False


class LiveApp(App[None]):
    """Follows the daemon until Q. It draws from the newest status and changes nothing."""

    CSS = """
    #head, #foot { height: auto; }
    #body { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"page({key!r})", show=False) for key in BY_KEY if key != HELP.key),
        Binding("question_mark", "help", show=False),
        Binding("r", "redraw", show=False),
        Binding("tab", "next_account", show=False, priority=True),
        Binding("q,ctrl+c", "quit", show=False, priority=True),
    ]

    def __init__(self, settings: LiveSettings) -> None:
        super().__init__(ansi_color=True)
        self._settings = settings
        self._follower = Follower(settings.run_folders, settings.monotonic, self._wake)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = News()
        self._banner = Banner(settings.monotonic)
        self._page: Page = STATUS
        self._before: Page = STATUS
        self._shown: object = None
        self._turned = 0

    def compose(self) -> ComposeResult:
        """Lay out the fixed head, the body that scrolls, and the fixed foot."""
        yield Static(id="head")
        with VerticalScroll(id="body"):
            yield Static(id="lines")
        yield Static(id="foot")

    def on_mount(self) -> None:
        """Begin to follow and to draw; a signal to end restores the terminal first."""
        self.theme = "ansi-dark"
        self._loop = asyncio.get_running_loop()
        if sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGHUP):
                self._loop.add_signal_handler(number, self.exit)
        self.query_one("#body").focus()
        self._follower.start()
        self.set_interval(_REDRAW_S, self.draw)
        self.draw()

    def on_unmount(self) -> None:
        """Stop following."""
        self._follower.stop()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.draw()

    def watch_now(self) -> Watch:
        """What is known now."""
        return self._follower.watch()

    def draw(self) -> None:
        """Draw the page from the newest status."""
        watch = self.watch_now()
        self._tell(watch)
        self._shown = fingerprint(watch)
        accounts = choose(watch.status, self._settings.wanted) if watch.status else ()
        turn = self._turned % len(accounts) if accounts else 0
        found = picture(self._frame(watch, (*accounts[turn:], *accounts[:turn])), self._page)
        # A page that fits shows no scroll bar, which would take a column.
        self.query_one("#body").styles.overflow_y = "auto" if self._page.scrolls else "hidden"
        for name, lines in (("head", found.head), ("lines", found.body), ("foot", found.foot)):
            place = self.query_one(f"#{name}", Static)
            place.display = bool(lines)
            place.update(_joined(lines))

    def action_page(self, key: str) -> None:
        """Show a page."""
        self._turn_to(BY_KEY[key])

    def action_help(self) -> None:
        """Show the help, or the page before it."""
        self._turn_to(self._before if self._page is HELP else HELP)

    def action_redraw(self) -> None:
        """Draw again, the whole terminal."""
        self.draw()
        self.refresh(repaint=True, layout=True)

    def action_next_account(self) -> None:
        """Show the next account."""
        self._turned += 1
        self.draw()

    def _turn_to(self, page: Page) -> None:
        if self._page is not HELP:
            self._before = self._page
        self._page = page
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)
        self.draw()

    def _tell(self, watch: Watch) -> None:
        """Ring and show a banner for what is new."""
        items = self._news.look(watch)
        if items:
            newest = items[-1]
            self._banner.show(f"{newest.title}: {newest.text}")
            self.bell()

    def _frame(self, watch: Watch, accounts: tuple[AccountRow, ...]) -> Frame:
        settings = self._settings
        return Frame(
            watch, accounts, settings.pc_zone, settings.glyphs, self.size.width, self.size.height,
            self._banner.text(), live=True, compact=settings.compact,
        )  # fmt: skip

    def _wake(self) -> None:
        """Called by the follower's thread after each answer."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # the loop ends while an answer comes
                self._loop.call_soon_threadsafe(self._draw_news)

    def _draw_news(self) -> None:
        """Draw at once when something changed that cannot wait for the next second."""
        if self.is_running and fingerprint(self.watch_now()) != self._shown:
            self.draw()


def _joined(lines: Sequence[Text]) -> Text:
    return Text("\n").join(lines)


def run_live(settings: LiveSettings) -> Watch:
    """Show the live view until it is left; returns what was known last."""
    app = LiveApp(settings)
    app.run()
    return app.watch_now()
