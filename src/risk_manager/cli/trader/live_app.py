"""The live view as a full-screen program: pages, keys, a redraw each second and at once on news."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from risk_manager.cli.trader.live_data import LiveData, LiveSettings
from risk_manager.cli.trader.news import Banner, News
from risk_manager.cli.trader.pages import BY_KEY, HELP, LOCKS, LOG, STATUS, Page, picture
from risk_manager.cli.trader.watch import Watch, fingerprint

_REDRAW_S: Final = 1.0
_ASK_AGAIN_S: Final = 5.0


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
        Binding("i", "clock('in')", show=False),
        Binding("o", "clock('out')", show=False),
        Binding("tab", "next_account", show=False, priority=True),
        Binding("q,ctrl+c", "quit", show=False, priority=True),
    ]

    def __init__(self, settings: LiveSettings) -> None:
        super().__init__(ansi_color=True)
        self._data = LiveData(settings, self._wake)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = News()
        self._banner = Banner(settings.monotonic)
        self._page: Page = STATUS
        self._before: Page = STATUS
        self._shown: object = None

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
        self._data.follower.start()
        self.set_interval(_REDRAW_S, self.draw)
        self.set_interval(_ASK_AGAIN_S, self._ask_history)
        self.draw()

    def on_unmount(self) -> None:
        """Stop following."""
        self._data.follower.stop()

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.draw()

    def watch_now(self) -> Watch:
        """What is known now."""
        return self._data.follower.watch()

    def draw(self) -> None:
        """Draw the page from the newest status."""
        watch = self.watch_now()
        self._tell(watch)
        self._shown = fingerprint(watch)
        frame = self._data.frame(watch, self.size.width, self.size.height, self._banner.text())
        found = picture(frame, self._page)
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
        self._data.next_account()
        self._ask_history()
        self.draw()

    def action_clock(self, action: str) -> None:
        """Clock the shown account in or out; the answer comes as a banner."""
        self.run_worker(self._clock(action), group="clock", exclusive=True)

    async def _clock(self, action: str) -> None:
        self._banner.show(await self._data.clock(action))
        self.draw()

    def _ask_history(self) -> None:
        """Ask for the past while a page shows it."""
        if self._page in (LOCKS, LOG):
            self.run_worker(self._read_history(), group="history", exclusive=True)

    async def _read_history(self) -> None:
        await self._data.ask_history()
        self.draw()

    def _turn_to(self, page: Page) -> None:
        if self._page is not HELP:
            self._before = self._page
        self._page = page
        self.query_one("#body", VerticalScroll).scroll_home(animate=False)
        self._ask_history()
        self.draw()

    def _tell(self, watch: Watch) -> None:
        """Ring and show a banner for what is new."""
        items = self._news.look(watch)
        if items:
            newest = items[-1]
            self._banner.show(f"{newest.title}: {newest.text}")
            self.bell()

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
