"""A daemon whose status a test publishes, and the live view beside it without a terminal."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from risk_manager.bootstrap.trader_desk import trader_desk
from risk_manager.cli.formatting import UNICODE_GLYPHS
from risk_manager.cli.trader.live_app import LiveApp
from risk_manager.cli.trader.live_data import LiveSettings
from risk_manager.ipc.endpoint import LocalEndpoint
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.state.persistence import Store
from risk_manager.utils.clock import MachineClock
from tests.support.threads import no_crash
from tests.unit.cli.test_screen import BERLIN, STATES

Play = Callable[[LiveApp, "Pilot[None]"], Awaitable[None]]


class Daemon:
    """An endpoint over a real database whose status the test publishes."""

    def __init__(self, root: Path) -> None:
        self.run = root / "run"
        self.store = Store.open(root / "state.db")
        self.board = StatusBoard(lambda: 1000.0)  # no status grows old on a busy machine
        started = datetime(2026, 3, 9, 14, tzinfo=UTC)
        self.endpoint = LocalEndpoint(
            self.run, self.board, started_at=started, version="1", on_crash=no_crash,
            desk=trader_desk(self.board, self.store.path),
        )  # fmt: skip
        self.endpoint.start()

    def publish(self, state: str) -> None:
        answer = json.loads((STATES / f"{state}.json").read_text(encoding="utf-8"))
        for account in answer["accounts"]:
            account.setdefault("day_began_at", "2026-03-08T21:00:00.000Z")
        self.board.publish(json.dumps(answer).encode())

    def stop(self) -> None:
        self.endpoint.stop()
        self.store.close()


def play(daemon: Daemon, story: Play, *, size: tuple[int, int] = (80, 24), **more) -> LiveApp:
    """Run the live view without a terminal while `story` presses keys."""
    wanted, compact = more.get("wanted"), more.get("compact", False)
    app = LiveApp(
        LiveSettings([daemon.run], wanted, MachineClock().mono, BERLIN, UNICODE_GLYPHS, compact)
    )

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await shows(app, "the guard is on", "NOT MONITORED", "DEGRADED", "SHADOW")
            await story(app, pilot)

    asyncio.run(run())
    return app


def screen(app: LiveApp) -> str:
    """What the terminal shows, line by line."""
    return "\n".join(
        "".join(segment.text for segment in strip)
        for strip in app.screen._compositor.render_strips()
    )


async def shows(app: LiveApp, *any_of: str) -> None:
    """Wait until one of the texts is on the screen; fails after five seconds."""
    for _ in range(250):
        if any(text in screen(app) for text in any_of):
            return
        await asyncio.sleep(0.02)
    pytest.fail(f"{any_of} never came:\n{screen(app)}")
