"""May this person change what the tool itself writes? The daemon is asked, if one runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from risk_manager.cli.admin.common import TRIES, read_line
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.password import LONGEST, SHORTEST, PasswordError, PasswordFile
from risk_manager.domain.errors import RiskManagerError
from risk_manager.ipc.client import NotRunningError
from risk_manager.ipc.command_client import NoRightError, send_command
from risk_manager.ledger.alone import append_alone
from risk_manager.ledger.chain import Entry
from risk_manager.ledger.folder import FOLDER
from risk_manager.ledger.kinds import wrong_password
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.paths import Folders

CHECK: Final = "check"


class NoPasswordError(RiskManagerError):
    """The password was not given; exit code 6."""

    exit_code: Final = ExitCode.NO_RIGHT


def confirm_right(
    folders: Folders,
    run_folders: tuple[Path, ...],
    *,
    stdin: bool,
    prompt: str = "Admin password",
) -> None:
    """Ask for the admin password; three tries at a terminal. Raises NoPasswordError."""
    for left in reversed(range(1 if stdin else TRIES)):
        given = read_line() if stdin else click.prompt(prompt, hide_input=True, err=True)
        try:
            check_password(folders, run_folders, given)
        except NoPasswordError as error:
            if left == 0:
                raise
            click.echo(str(error), err=True)
        else:
            return


def check_password(folders: Folders, run_folders: tuple[Path, ...], given: str) -> None:
    """Raise NoPasswordError unless this is the password. A wrong one is recorded."""
    try:
        answer = send_command(run_folders, {"command": CHECK, "password": given})
    except NotRunningError:
        check_alone(folders, given)
    except NoRightError as error:
        raise NoPasswordError(str(error)) from error
    else:
        if not answer["ok"]:
            raise NoPasswordError(str(answer["error"]))


def check_alone(folders: Folders, given: str) -> None:
    """Check without a daemon; a wrong try goes into the ledger, if there is one."""
    clock = MachineClock()
    file = PasswordFile(folders.config, clock.wall)
    before = file.wrong_tries
    try:
        file.check(given)
    except PasswordError as error:
        if file.wrong_tries != before:
            _record(folders, wrong_password(clock.wall(), file.wrong_tries, round(file.wait_s())))
        raise NoPasswordError(str(error)) from error


def typed_twice(prompt: str) -> str:
    """Ask for a new password until one of a good length was typed twice."""
    typed: str = click.prompt(
        prompt, hide_input=True, confirmation_prompt=True, err=True, value_proc=_of_good_length
    )
    return typed


def _of_good_length(text: str) -> str:
    if not SHORTEST <= len(text.encode()) <= LONGEST:
        raise click.UsageError(f"a password has {SHORTEST} to {LONGEST} bytes")
    return text


def _record(folders: Folders, entry: Entry) -> None:
    """Add a line; without a ledger nothing has been guarded here yet."""
    folder = folders.data / FOLDER
    if not folder.is_dir():
        return
    try:
        append_alone(folder, entry)
    except OSError as error:
        click.echo(f"the ledger did not take the line: {error}", err=True)
