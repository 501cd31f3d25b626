"""What the admin commands have in common: the password, the request, and how its answer is told."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from risk_manager.cli.admin.looking import Look
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options
from risk_manager.ipc.client import NotRunningError
from risk_manager.ipc.command_client import NoRightError, send_command

Answer = dict[str, Any]

TRIES: Final = 3
NEGATIVE: Final = {"ignore_unknown_options": True}
"""A value such as -400 is no option."""
_CODES: Final = {
    "password": ExitCode.NO_RIGHT,
    "config": ExitCode.CONFIG,
    "usage": ExitCode.USAGE,
    "word": ExitCode.USAGE,
    "save": ExitCode.FAILED,
    "policy": ExitCode.REFUSED,
    "daemon": ExitCode.NOT_RUNNING,
}


def read_line() -> str:
    """Return one line of stdin without its line end; a secret is never an argument."""
    line = sys.stdin.readline()
    return line.removesuffix("\n").removesuffix("\r")


class Asker:
    """Sends requests with the password; asks for it, and for a missing word, at a terminal.

    `account` and `word` are what the options said, or None.
    """

    def __init__(
        self,
        look: Look,
        account: str | None,
        word: str | None,
        *,
        password_stdin: bool,
        as_json: bool,
    ) -> None:
        self.account = account
        self._look = look
        self._folders = look.run_folders
        self._word = word
        self._stdin = password_stdin
        self._as_json = as_json
        self._password: str | None = None

    def text(self, name: str) -> str:
        """A file of the configuration; empty when it is not there."""
        return self._look.text(name)

    def account_id(self) -> int | None:
        """The number of the account that was named, or of the only one."""
        rows = self._look.accounts()
        return int(rows[0]["id"]) if len(rows) == 1 else None

    def set(self, key: str, value: str | None) -> int:
        """Set one key to a YAML value, or remove it."""
        row = {"key": key, "value": value, "account": self.account}
        return self.change("edit", edits=[row])

    def look(self, command: str) -> int:
        """Ask what needs no password, and show it."""
        try:
            answer = send_command(self._folders, {"command": command})
        except NotRunningError as error:
            answer = {"ok": False, "problem": "daemon", "error": f"no daemon answers ({error})"}
        except NoRightError as error:
            answer = {"ok": False, "problem": "password", "error": str(error)}
        if self._as_json or not answer["ok"]:
            return self.told(answer)
        for row in answer.get("history", []):
            click.echo(f"{row['at']}  {row['hash']}  {row['summary']}")
        self._show(answer)
        return ExitCode.DONE

    def change(self, command: str, **asked: Any) -> int:
        """Send a change, show what became of it and return the exit code."""
        return self.told(self.send({**asked, "command": command}))

    def send(self, asked: Answer) -> Answer:
        """Send a request, with the word if one is asked for and typed; returns the answer."""
        try:
            answer = self._ask({**asked, "word": self._word or ""})
            if answer.get("problem") == "word" and self._word is None and self._is_terminal:
                self._show(answer)
                word = click.prompt("Type the word", default="", show_default=False)
                answer = self._ask({**asked, "word": word.strip()})
        except NotRunningError as error:
            return {"ok": False, "problem": "daemon", "error": f"no daemon answers ({error})"}
        except NoRightError as error:
            return {"ok": False, "problem": "password", "error": str(error)}
        return answer

    def told(self, answer: Answer) -> int:
        """Show an answer and return the exit code it stands for."""
        code = ExitCode.DONE if answer["ok"] else _CODES.get(answer["problem"], ExitCode.FAILED)
        if self._as_json:
            click.echo(json.dumps(answer))
            return code
        if answer["ok"]:
            self._show(answer | {"would": []})
            for row in answer.get("matures_at", []):
                click.echo(f"pending for account {row['account']} until {row['at']}")
            click.echo(f"{answer['effect']}; saved, configuration {answer.get('hash', '')}")
            return code
        self._show(answer)
        lead = "not saved: " if answer["problem"] == "save" else ""
        click.echo(f"{lead}{answer['error']}", err=True)
        return code

    @property
    def _is_terminal(self) -> bool:
        return not self._stdin and not self._as_json and sys.stdin.isatty()

    def _ask(self, asked: Answer) -> Answer:
        """Ask with the password; at a terminal a wrong one may be typed again, three in all."""
        if self._stdin and self._password is None:
            self._password = read_line()
        answer: Answer = {}
        for _ in range(1 if self._password is not None else TRIES):
            password = self._password or click.prompt("Admin password", hide_input=True, err=True)
            answer = send_command(self._folders, {**asked, "password": password})
            if answer.get("problem") != "password":
                self._password = password
                break
            if not self._stdin:
                click.echo(answer["error"], err=True)
        return answer

    def _show(self, answer: Answer) -> None:
        for text in answer.get("notes", []):
            click.echo(text)
        for text in answer.get("would", []):
            click.echo(f"This would act at once: {text}")


def change_command(body: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of every change; its body gets an Asker before its own."""

    @functools.wraps(body)
    def run(
        config_dir: Path | None,
        data_dir: Path | None,
        account: str | None,
        word: str | None,
        *,
        password_stdin: bool,
        as_json: bool,
        **own: Any,
    ) -> int:
        look = Look(config_dir, data_dir, account, as_json=as_json)
        asker = Asker(look, account, word, password_stdin=password_stdin, as_json=as_json)
        return body(asker, **own)

    for option in (
        click.option("--account", metavar="NAME|ID", help="Only for this account."),
        click.option("--type", "word", metavar="WORD", help="The word a change may ask for."),
        click.option("--password-stdin", is_flag=True, help="Read the password from stdin."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object."),
    ):
        run = option(run)
    return folder_options(run)
