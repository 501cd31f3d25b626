"""`risk-manager service install`."""

from __future__ import annotations

from typing import Final

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import surroundings
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config
from risk_manager.rules import RULES
from risk_manager.service.administrator import (
    NEEDS_RIGHTS,
    is_administrator,
    prepare_folders,
    untrusted_code,
)
from risk_manager.service.common import fail, typed_word, with_control
from risk_manager.service.control import ServiceControl
from risk_manager.utils.paths import Folders, production

APPLY: Final = "APPLY"
NOT_ON_WINDOWS: Final = (
    "not open on Windows yet: the way to stop and remove the service, which takes SYSTEM's rights,"
    " is missing; use: risk-manager run"
)


@click.command()
@click.option("--type", "typed", metavar="WORD", help=f"{APPLY} accepts what the start does.")
def install(typed: str | None) -> int:
    """Install the service and start it.

    Refuses code that another user may change, and a configuration with an error.
    """
    around = surroundings()
    if around.windows:
        return fail(NOT_ON_WINDOWS, ExitCode.REFUSED)
    folders = production(around)
    if not is_administrator():
        return fail(NEEDS_RIGHTS, ExitCode.NO_RIGHT)
    problems = untrusted_code()
    if problems:
        listed = "\n  ".join(problems)
        fix = "install the product where only the administrator writes, for example below /opt"
        return fail(f"the code could be changed by others:\n  {listed}\n{fix}", ExitCode.REFUSED)

    def act(control: ServiceControl) -> int:
        prepare_folders(folders)
        refused = _check_configuration(folders)
        if refused is not None:
            return refused
        if not typed_word(typed, APPLY, "The service enforces the rules from its first second on."):
            return fail(f"not installed: type {APPLY}, or give --type {APPLY}", ExitCode.USAGE)
        control.install()
        control.start()
        click.echo(f"installed and started; its folders are below {folders.data.parent}")
        return ExitCode.DONE

    return with_control(act)


def _check_configuration(folders: Folders) -> int | None:
    """Load the configuration as the service will; the exit code when it is refused."""
    try:
        load_config(
            folders.config, {rule.section: rule.config_model for rule in RULES}, service=True
        )
    except ConfigErrors as errors:
        return fail(f"the configuration in {folders.config} is refused:\n{errors}", ExitCode.CONFIG)
    return None
