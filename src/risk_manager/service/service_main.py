"""`risk-manager service`: install, control and look at the system's service."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import surroundings
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config
from risk_manager.domain.errors import RiskManagerError
from risk_manager.rules import RULES
from risk_manager.service.administrator import (
    NEEDS_RIGHTS,
    is_administrator,
    prepare_folders,
    untrusted_code,
)
from risk_manager.service.control import ServiceControl, ServiceState
from risk_manager.service.host import this_control
from risk_manager.utils.paths import Folders, production

APPLY = "APPLY"
UNINSTALL = "UNINSTALL"
NOT_ON_WINDOWS = (
    "not open on Windows yet: the way to stop and remove the service, which takes SYSTEM's rights,"
    " is missing; use: risk-manager run"
)
OFF = "enforcement is off until the service runs again"


@click.group()
def service() -> None:
    """Run the guard as a service of this system: it starts at boot and after a crash."""


@service.command()
@click.option("--type", "typed", metavar="WORD", help=f"{APPLY} accepts what the start does.")
def install(typed: str | None) -> int:
    """Install the service and start it.

    Refuses code that another user may change, and a configuration with an error.
    """
    around = surroundings()
    if around.windows:
        return _fail(NOT_ON_WINDOWS, ExitCode.REFUSED)
    folders = production(around)
    if not is_administrator():
        return _fail(NEEDS_RIGHTS, ExitCode.NO_RIGHT)
    problems = untrusted_code()
    if problems:
        listed = "\n  ".join(problems)
        fix = "install the product where only the administrator writes, for example below /opt"
        return _fail(f"the code could be changed by others:\n  {listed}\n{fix}", ExitCode.REFUSED)

    def act(control: ServiceControl) -> int:
        prepare_folders(folders)
        refused = _check_configuration(folders)
        if refused is not None:
            return refused
        if not _typed(typed, APPLY, "The service enforces the rules from its first second on."):
            return _fail(f"not installed: type {APPLY}, or give --type {APPLY}", ExitCode.USAGE)
        control.install()
        control.start()
        click.echo(f"installed and started; its folders are below {folders.data.parent}")
        return ExitCode.DONE

    return _with_control(act)


@service.command()
@click.option("--type", "typed", metavar="WORD", help=f"{UNINSTALL} confirms.")
def uninstall(typed: str | None) -> int:
    """Stop the service and remove it; configuration, data and logs stay."""

    def act(control: ServiceControl) -> int:
        if not _typed(typed, UNINSTALL, f"Nothing is guarded afterwards: {OFF}."):
            return _fail(f"not removed: give --type {UNINSTALL}", ExitCode.USAGE)
        if not is_administrator():
            return _fail(NEEDS_RIGHTS, ExitCode.NO_RIGHT)
        control.uninstall()
        click.echo("removed; nothing was flattened and no lock was lifted")
        return ExitCode.DONE

    return _with_control(act)


@service.command()
def start() -> int:
    """Start the service."""
    return _with_control(lambda control: _done(control.start, "started"))


@service.command()
def stop() -> int:
    """Stop the service until it is started or the system boots. Nothing is flattened."""
    return _with_control(lambda control: _done(control.stop, f"stopped: {OFF}"))


@service.command()
def restart() -> int:
    """Restart the service; it comes back by itself."""
    said = f"restarting: {OFF.replace('runs again', 'is back')}"
    return _with_control(lambda control: _done(control.restart, said))


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

    return _with_control(act)


def _with_control(act: Callable[[ServiceControl], int]) -> int:
    try:
        return act(this_control(surroundings()))
    except RiskManagerError as error:
        return _fail(str(error), ExitCode.FAILED)


def _done(verb: Callable[[], Any], said: str) -> int:
    if not is_administrator():
        return _fail(NEEDS_RIGHTS, ExitCode.NO_RIGHT)
    verb()
    click.echo(said)
    return ExitCode.DONE


def _check_configuration(folders: Folders) -> int | None:
    """Load the configuration as the service will; the exit code when it is refused."""
    try:
        load_config(
            folders.config, {rule.section: rule.config_model for rule in RULES}, service=True
        )
    except ConfigErrors as errors:
        return _fail(
            f"the configuration in {folders.config} is refused:\n{errors}", ExitCode.CONFIG
        )
    return None


def _typed(given: str | None, word: str, warning: str) -> bool:
    """Whether the word was given, or is typed at a terminal now."""
    if given is not None or not sys.stdin.isatty():
        return given == word
    click.echo(warning)
    return str(click.prompt(f"Type {word} to go on", default="", show_default=False)) == word


def _fail(text: str, code: ExitCode) -> int:
    click.echo(text, err=True)
    return code
