"""`risk-manager service`: install, control and look at the system's service."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import surroundings
from risk_manager.service.administrator import (
    NEEDS_RIGHTS,
    is_administrator,
)
from risk_manager.service.common import OFF, STOP, fail, typed_word, with_control
from risk_manager.service.control import ServiceControl, ServiceState
from risk_manager.service.permission import (
    answers,
    ask_stop,
    confirm_alone,
    record,
    wait_stopped,
)
from risk_manager.service.service_install import install
from risk_manager.utils.paths import production

UNINSTALL = "UNINSTALL"


_password = click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")


@click.group()
def service() -> None:
    """Run the guard as a service of this system: it starts at boot and after a crash."""


service.add_command(install)


@service.command()
@click.option("--type", "typed", metavar="WORD", help=f"{UNINSTALL} confirms.")
@_password
def uninstall(typed: str | None, *, password_stdin: bool) -> int:
    """Stop the service and remove it; configuration, data and logs stay.

    Needs the password. A guard that runs must be free to stop: see `stop`.
    """
    folders = production(surroundings())

    def act(control: ServiceControl) -> int:
        if not is_administrator():
            return fail(NEEDS_RIGHTS, ExitCode.NO_RIGHT)
        if not typed_word(typed, UNINSTALL, f"Nothing is guarded afterwards: {OFF}."):
            return fail(f"not removed: give --type {UNINSTALL}", ExitCode.USAGE)
        if control.report().state is ServiceState.RUNNING:
            permission = ask_stop(folders, cancel=False, stdin=password_stdin)
            if not permission.stops:
                return fail(f"not removed: {permission.text}", ExitCode.REFUSED)
            wait_stopped(control)
        else:
            confirm_alone(folders, stdin=password_stdin)
            record(folders, "uninstall")
        if (state := control.report().state) is not ServiceState.STOPPED:
            return fail(f"not removed: the service is {state}; stop it first", ExitCode.REFUSED)
        control.uninstall()
        click.echo("removed; nothing was flattened and no lock was lifted")
        return ExitCode.DONE

    return with_control(act)


@service.command()
def start() -> int:
    """Start the service."""
    return with_control(lambda control: _done(control.start, "started"))


@service.command()
@click.option("--cancel", is_flag=True, help="Forget a stop that waits.")
@click.option("--force", is_flag=True, help="When the daemon does not answer; needs --type STOP.")
@click.option("--type", "typed", metavar="WORD", help=f"{STOP} confirms --force.")
@_password
def stop(typed: str | None, *, cancel: bool, force: bool, password_stdin: bool) -> int:
    """Stop the service until it is started or the system boots. Nothing is flattened.

    Needs the password. Done at once when nothing is at stake; else it waits until no lock is in
    force and as long as a looser setting would.
    """
    folders = production(surroundings())

    def act(control: ServiceControl) -> int:
        if not is_administrator():
            return fail(NEEDS_RIGHTS, ExitCode.NO_RIGHT)
        if force:
            if typed != STOP:
                return fail(f"not stopped: --force needs --type {STOP}", ExitCode.USAGE)
            if answers(folders, control):
                text = "the daemon answers, so it decides: service stop, without --force"
                return fail(f"not stopped: {text}", ExitCode.REFUSED)
            confirm_alone(folders, stdin=password_stdin)
            control.stop()
            record(folders, "stop --force")
            click.echo(f"stopped: {OFF}")
            return ExitCode.DONE
        permission = ask_stop(folders, cancel=cancel, stdin=password_stdin)
        click.echo(permission.text)
        if permission.stops:
            wait_stopped(control)
            click.echo(f"stopped: {OFF}")
        return ExitCode.DONE

    return with_control(act)


@service.command()
def restart() -> int:
    """Restart the service; it comes back by itself."""
    said = f"restarting: {OFF.replace('runs again', 'is back')}"
    return with_control(lambda control: _done(control.restart, said))


@service.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(*, as_json: bool) -> int:
    """Show the service's state."""

    def act(control: ServiceControl) -> int:
        report = control.report()
        if as_json:
            click.echo(json.dumps({"state": report.state, "details": report.details}))
        else:
            click.echo(report.state)
            for name, value in report.details.items():
                click.echo(f"  {name:<16}{value}")
        running = report.state is ServiceState.RUNNING
        return ExitCode.DONE if running else ExitCode.NOT_RUNNING

    return with_control(act)


def _done(verb: Callable[[], Any], said: str) -> int:
    if not is_administrator():
        return fail(NEEDS_RIGHTS, ExitCode.NO_RIGHT)
    verb()
    click.echo(said)
    return ExitCode.DONE
