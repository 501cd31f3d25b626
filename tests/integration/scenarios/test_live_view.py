"""The live view in a real terminal beside a real daemon and the simulated gateway."""

import importlib
import os
import re
import select
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.integration.scenarios.tools import data_of
from tests.integration.world.settings import daily_loss, max_contracts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
pty: Any = importlib.import_module("pty") if sys.platform != "win32" else None
termios: Any = importlib.import_module("termios") if sys.platform != "win32" else None

SGR = re.compile(r"\x1b\[([\d;]*)m")
COLOURS = {str(code) for code in (*range(30, 39), *range(40, 49), *range(90, 98), *range(100, 108))}
RULES = {"max_contracts": max_contracts(5), "daily_realized_loss": daily_loss()}


class Terminal:
    """A process in a pseudo-terminal of 80 x 24, and everything it wrote."""

    def __init__(self, *words: str, **variables: str) -> None:
        self._ours, end = pty.openpty()
        termios.tcsetwinsize(end, (24, 80))
        self.before = termios.tcgetattr(end)
        self._end = end
        self.text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "risk_manager", *words],
            stdin=end, stdout=end, stderr=end,
            env=os.environ | {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **variables},
        )  # fmt: skip

    def until(self, wanted: str, within: float = 20) -> str:
        """Read until a text comes that was not there before; returns what came."""
        came, end = "", time.monotonic() + within
        while wanted not in came:
            left = end - time.monotonic()
            assert left > 0, f"{wanted!r} never came: {came[-3000:]!r}"
            if select.select([self._ours], [], [], left)[0]:
                came += os.read(self._ours, 65536).decode(errors="replace")
        self.text += came
        return came

    def press(self, key: str) -> None:
        os.write(self._ours, key.encode())

    def leave(self) -> int:
        self.press("q")
        self.until("\x1b[?1049l")
        code = self.process.wait(10)
        assert termios.tcgetattr(self._end) == self.before
        os.close(self._ours)
        os.close(self._end)
        return code


def test_an_enforcement_is_a_banner_and_a_bell_within_a_second(make_world):
    world = make_world(RULES)
    terminal = Terminal("trader", "--data", str(data_of(world)))
    terminal.until("OK TO TRADE")
    terminal.press("8")
    terminal.until("[8 Log]")
    begun = time.monotonic()
    world.venue.fill("MNQ", 6)
    came = terminal.until("!! RULE-001")
    assert time.monotonic() - begun < 1.5  # a second for the screen, the rest for the machine
    if "\x07" not in came:
        terminal.until("\x07", within=2)
    world.venue.lose("MNQ", 520)
    terminal.until("LOCKED OUT")
    assert terminal.leave() == 4


def test_without_colour_no_colour_is_sent(make_world):
    world = make_world(RULES)
    terminal = Terminal("trader", "--no-color", "--data", str(data_of(world)))
    terminal.until("OK TO TRADE")
    terminal.press("2")
    terminal.until("P&L of the trading day")
    assert terminal.leave() == 0
    codes = {code for found in SGR.findall(terminal.text) for code in found.split(";") if code}
    assert "1" in codes  # bold is no colour
    assert not codes & COLOURS


def test_a_signal_to_end_restores_the_terminal(make_world):
    world = make_world(RULES)
    terminal = Terminal("trader", "--data", str(data_of(world)))
    terminal.until("OK TO TRADE")
    terminal.process.terminate()
    terminal.until("\x1b[?1049l")
    assert terminal.process.wait(10) == 0
