"""The live view through the screen library's own driver: keys, news, sizes, a daemon that goes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from risk_manager.cli.trader.live_app import LiveApp
from risk_manager.utils.clock import MachineClock
from tests.unit.cli.live_stage import Daemon, Play, play, screen, shows


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path)
    daemon.publish("ok")
    yield daemon
    daemon.stop()


TITLES = {
    "1": "Last enforcements", "2": "P&L of the trading day", "3": "Working orders", "4": "4 rules",
    "5": "heartbeat", "6": "next reset", "7": "Locks in force", "8": "The last",
}  # fmt: skip


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_each_key_shows_its_page(daemon: Daemon, size) -> None:
    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        for key in "23456781":
            await pilot.press(key)
            await shows(app, TITLES[key])
            assert "MONITORED - the guard is on" in screen(app)
            assert f"[{key} " in screen(app)

    play(daemon, story, size=size)


def test_help_comes_and_goes_back(daemon: Daemon) -> None:
    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        await pilot.press("4")
        await pilot.press("question_mark")
        await shows(app, "the next account")
        await pilot.press("question_mark")
        await shows(app, TITLES["4"])

    play(daemon, story)


def test_news_is_drawn_at_once_with_banner_and_bell(daemon: Daemon) -> None:
    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        rung: list[bool] = []
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]  # hears the bell
        await pilot.press("5")
        begun = MachineClock().mono()
        daemon.publish("locked")
        await shows(app, "!! RULE-003")
        assert MachineClock().mono() - begun < 1
        await shows(app, "LOCKED OUT - daily loss")
        assert rung

    play(daemon, story)


def test_tab_turns_to_the_next_account(daemon: Daemon) -> None:
    daemon.publish("shadow_two_accounts")

    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        await shows(app, "(123)")
        await pilot.press("tab")
        await shows(app, "(123)")  # the other one is not watched, so there is one to show

    play(daemon, story)
    play(daemon, story_of_named("(124)"), wanted="Second")


def story_of_named(text: str) -> Play:
    async def story(app: LiveApp, _pilot: "Pilot[None]") -> None:
        await shows(app, text)

    return story


def test_clocking_in_and_out_by_key(daemon: Daemon) -> None:
    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        await shows(app, "(123)")  # the account, which the first status brings
        await pilot.press("i")
        await shows(app, "!! clocked in at")
        await pilot.press("i")
        await shows(app, "!! already clocked in since")
        await pilot.press("o")
        await shows(app, "trades 0, realised 0.00")
        await pilot.press("o")
        await shows(app, "!! not clocked in")

    play(daemon, story)


def test_a_daemon_that_ends_turns_the_second_line(daemon: Daemon) -> None:
    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        daemon.endpoint.stop()
        await shows(app, "NOT MONITORED - nobody enforces your rules")
        await pilot.press("2")
        assert "NOT MONITORED" in screen(app)

    assert play(daemon, story).watch_now().word in {"MONITORED", "NOT MONITORED"}


def test_a_long_page_scrolls_by_keyboard(daemon: Daemon) -> None:
    daemon.publish("busy")

    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        await pilot.press("4")
        await shows(app, "9 rules")
        assert "Next order at most" not in screen(app)
        await pilot.press("end")
        await shows(app, "Next order at most")

    play(daemon, story)


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (40, 8), (200, 60)])
def test_a_size_of_any_kind_keeps_the_lines_nobody_may_miss(daemon: Daemon, size) -> None:
    daemon.publish("busy")

    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        for key in "12345678":
            await pilot.press(key)
            await pilot.pause()
            assert "MONITORED" in screen(app)

    play(daemon, story, size=size, compact=size[0] < 80)


def test_q_leaves(daemon: Daemon) -> None:
    async def story(app: LiveApp, pilot: "Pilot[None]") -> None:
        await pilot.press("q")
        await pilot.pause()
        assert not app.is_running

    play(daemon, story)
