"""The menus of `risk-manager admin`: a number, then the same command a script would run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from risk_manager.cli.admin.boxes import box, frame_for
from risk_manager.cli.admin.looking import Look
from risk_manager.cli.admin.menu_table import MAIN, Action, Page
from risk_manager.cli.exit_codes import ExitCode

Run = Callable[[list[str]], int]
_COLUMNS: Final = 80
_MEANINGS: Final[Mapping[int, str]] = {
    ExitCode.DONE: "done",
    ExitCode.FAILED: "failed",
    ExitCode.USAGE: "something was missing",
    ExitCode.DEGRADED: "done, with warnings",
    ExitCode.LOCKED: "locked",
    ExitCode.NOT_RUNNING: "no guard runs",
    ExitCode.NO_RIGHT: "password wrong or right missing",
    ExitCode.CONFIG: "the configuration is refused",
    ExitCode.REFUSED: "refused by policy",
    ExitCode.INTERRUPTED: "interrupted",
}


class Menu:
    """Shows pages until 0; `run` carries out a command line and returns its exit code."""

    def __init__(self, config: Path | None, data: Path | None, run: Run, *, color: bool) -> None:
        self._config, self._data = config, data
        self._run = run
        self._color = color
        self._frame = frame_for(sys.stdout.encoding)

    def show(self) -> int:
        """The main menu, until somebody chooses 0."""
        choices = [item for item, _ in MAIN]
        colours = [colour for _, colour in MAIN]
        while True:
            chosen = self._choose("Risk Manager - admin", choices, colours, "Exit")
            if chosen is None:
                return ExitCode.DONE
            if isinstance(chosen, Page):
                self._page(chosen)
            else:
                self._act(chosen)

    def _page(self, page: Page) -> None:
        colours = [page.colour] * len(page.actions)
        while (chosen := self._choose(page.label, page.actions, colours, "Back")) is not None:
            assert isinstance(chosen, Action)
            self._act(chosen)

    def _choose(
        self, title: str, choices: Sequence[Page | Action], colours: Sequence[str], leave: str
    ) -> Page | Action | None:
        """Draw a page and ask for a number until one fits; None for 0."""
        if self._color:
            click.clear()
        lines = [f"{number:>2}  {item.label}" for number, item in enumerate(choices, 1)]
        columns = min(shutil.get_terminal_size((_COLUMNS, 24)).columns, 200)
        drawn = box(title, [self._state(), "", *lines, f" 0  {leave}"], columns, self._frame)
        for row, line in enumerate(drawn):
            number = row - 3
            colour = colours[number] if 0 <= number < len(colours) else None
            click.echo(click.style(line, fg=colour) if self._color else line)
        while True:
            typed = str(click.prompt("Choice", prompt_suffix=": ")).strip()
            if typed == "0":
                return None
            if typed.isdecimal() and 1 <= int(typed) <= len(choices):
                return choices[int(typed) - 1]
            click.echo(f"There is no {typed!r}: type a number from 0 to {len(choices)}")

    def _act(self, action: Action) -> None:
        words = list(action.words)
        for ask in action.asks:
            typed = str(click.prompt(ask.text, default="", show_default=False)).strip()
            if not typed:
                return
            words += [typed] if ask.option is None else [f"{ask.option}={typed}"]
        if words[0] == "admin":
            words += ["--config", str(self._config)] if self._config else []
            words += ["--data", str(self._data)] if self._data else []
        click.echo(f"> risk-manager {' '.join(words)}")
        code = self._run(words)
        click.echo(f"exit code {code}: {_MEANINGS.get(code, 'not known')}")
        click.prompt("Enter goes back", default="", show_default=False, prompt_suffix=" ")

    def _state(self) -> str:
        """Whether a guard watches, on every page."""
        status = Look(self._config, self._data, None, as_json=False).status
        if status is None:
            return "NOT MONITORED - no guard answers"
        accounts = len(status["accounts"])
        return f"{status['status']} - mode {status['mode']} - {accounts} account(s)"
