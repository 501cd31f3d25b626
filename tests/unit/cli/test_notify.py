"""Notifications: tried where there is a desktop, given up after three failures, never fatal."""

import asyncio
import sys

import pytest

from risk_manager.cli.trader.desktop import Desktop, has_desktop


class Refusing(Desktop):
    """A desktop that is there and refuses everything."""

    def __init__(self) -> None:
        super().__init__()
        self._left = 3
        self.asked = 0

    async def _send(self, title: str, text: str) -> None:
        self.asked += 1
        raise OSError(f"no bus for {title}")


@pytest.mark.parametrize(
    ("platform", "environment", "found"),
    [
        ("linux", {}, False),
        ("linux", {"DBUS_SESSION_BUS_ADDRESS": ""}, False),
        ("linux", {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/1000/bus"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_a_desktop_needs_a_session(platform, environment, found) -> None:
    assert has_desktop(platform, environment) is found


def test_a_desktop_that_refuses_is_left_alone_after_three_tries() -> None:
    desktop = Refusing()
    shown = [asyncio.run(desktop.show("RULE-001", "6 of 5")) for _ in range(5)]
    assert shown == [False] * 5
    assert desktop.asked == 3


def test_switched_off_nothing_is_tried() -> None:
    assert asyncio.run(Desktop(enabled=False).show("RULE-001", "6 of 5")) is False
    assert "desktop_notifier" not in sys.modules
