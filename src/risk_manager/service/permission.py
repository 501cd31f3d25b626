"""May the service be stopped now? The password, and the policy that the running daemon knows.

A stop is a loosening: the daemon carries it out at once when nothing is at stake, else it waits
like a looser setting. A daemon that does not answer knows nothing; then `--force` with the
password, which is written into the ledger, is the way.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import click

from risk_manager.cli.admin.common import TRIES, read_line
from risk_manager.cli.admin.right import NoPasswordError, check_alone
from risk_manager.ipc.client import EndpointClient, NotRunningError
from risk_manager.ipc.command_client import NoRightError, send_command
from risk_manager.ledger.alone import append_alone
from risk_manager.ledger.folder import FOLDER
from risk_manager.ledger.kinds import forced
from risk_manager.service.control import ServiceControl, ServiceError, ServiceState
from risk_manager.utils.clock import MachineClock, sleep
from risk_manager.utils.paths import Folders

END_WITHIN_S: Final = 45.0
LOOK_S: Final = 0.25
SILENT_S: Final = 30.0
"""A daemon that answers nothing for so long hangs."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What the daemon said: `stops` itself now, or not before; `text` is for the person."""

    stops: bool
    text: str


def ask_stop(folders: Folders, *, cancel: bool, stdin: bool) -> Permission:
    """Ask the running daemon to stop, or to forget a stop that waits.

    Raises NoPasswordError for a wrong password, NotRunningError when no daemon answers.
    """
    words = {"command": "stop", "word": "STOP", "cancel": cancel}

    def send(password: str) -> dict[str, Any]:
        try:
            answer = send_command((folders.run,), {**words, "password": password})
        except NoRightError as error:
            raise NoPasswordError(str(error)) from error
        if answer.get("problem") == "password":
            raise NoPasswordError(str(answer["error"]))
        return answer

    return _permission(_tries(send, stdin=stdin))


def answers(folders: Folders, control: ServiceControl) -> bool:
    """Whether a daemon answers at the service's endpoint within half a minute.

    One that is just starting again does; a stopped service is not waited for.
    """
    clock = MachineClock()
    until = clock.mono() + SILENT_S
    while control.report().state is not ServiceState.STOPPED and clock.mono() < until:
        with contextlib.suppress(NotRunningError):
            EndpointClient.find((folders.run,))
            return True
        sleep(LOOK_S)
    return False


def confirm_alone(folders: Folders, *, stdin: bool) -> None:
    """Check the password without a daemon. Raises NoPasswordError."""
    _tries(lambda password: check_alone(folders, password), stdin=stdin)


def record(folders: Folders, what: str) -> None:
    """Write what was done past the daemon into the ledger, or say that it could not be."""
    ledger = folders.data / FOLDER
    try:
        kept = not ledger.is_dir() or append_alone(ledger, forced(MachineClock().wall(), what))
    except OSError as error:
        click.echo(f"the ledger did not take the line: {error}", err=True)
    else:
        if not kept:
            click.echo("the ledger did not take the line: another process writes it", err=True)


def wait_stopped(control: ServiceControl) -> None:
    """Wait until the daemon has ended by itself. Raises ServiceError when it does not."""
    clock = MachineClock()
    until = clock.mono() + END_WITHIN_S
    while (state := control.report().state) is not ServiceState.STOPPED:
        if clock.mono() > until:
            raise ServiceError(f"still {state} after {END_WITHIN_S:.0f} s")
        sleep(LOOK_S)


def _permission(answer: dict[str, Any]) -> Permission:
    notes = [str(note) for note in answer.get("notes", [])]
    notes += [f"not before {row['at']}" for row in answer.get("matures_at", [])[:1]]
    if not answer["ok"]:
        notes.append(str(answer.get("error", "refused")))
    return Permission(answer.get("effect") == "active", "; ".join(notes))


def _tries(check: Callable[[str], Any], *, stdin: bool) -> Any:
    """Ask for the password, three times at a terminal, until `check` takes it."""
    for _ in range(0 if stdin else TRIES - 1):
        try:
            return check(click.prompt("Admin password", hide_input=True, err=True))
        except NoPasswordError as error:
            click.echo(str(error), err=True)
    last = read_line() if stdin else click.prompt("Admin password", hide_input=True, err=True)
    return check(last)
