"""What the service's commands have in common: this system's control, typed words, errors."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import click

from risk_manager.cli.admin.right import NoPasswordError
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import surroundings
from risk_manager.domain.errors import RiskManagerError
from risk_manager.ipc.client import NotRunningError
from risk_manager.service.control import ServiceControl
from risk_manager.service.host import this_control

STOP: Final = "STOP"
FORCE: Final = f"service stop --force --type {STOP} stops one that hangs"
OFF: Final = "enforcement is off until the service runs again"


def with_control(act: Callable[[ServiceControl], int]) -> int:
    """Act on this system's service; an error becomes its exit code."""
    try:
        return act(this_control(surroundings()))
    except NotRunningError as error:
        return fail(f"no daemon answers ({error}); {FORCE}", ExitCode.NOT_RUNNING)
    except NoPasswordError as error:
        return fail(str(error), ExitCode.NO_RIGHT)
    except RiskManagerError as error:
        return fail(str(error), ExitCode.FAILED)


def typed_word(given: str | None, word: str, warning: str) -> bool:
    """Whether the word was given, or is typed at a terminal now."""
    if given is not None or not sys.stdin.isatty():
        return given == word
    click.echo(warning)
    return str(click.prompt(f"Type {word} to go on", default="", show_default=False)) == word


def fail(text: str, code: ExitCode) -> int:
    """Say why on stderr and return the exit code."""
    click.echo(text, err=True)
    return code
