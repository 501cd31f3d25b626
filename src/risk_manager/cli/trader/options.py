"""What the commands of the trader's tool have in common: options, and no daemon."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.utils.paths import run_folders


@dataclass(frozen=True, slots=True)
class Options:
    """What the common options of the trader's tool say."""

    run_folders: tuple[Path, ...]
    account: str | None
    color: bool
    as_json: bool = False
    quiet: bool = False


class NoDaemonError(click.ClickException):
    """Ends a command that needs a daemon when there is none."""

    exit_code = ExitCode.NOT_RUNNING


def common_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options every command has; the command gets them as one `Options`.

    What a command does not say is taken from the group it belongs to.
    """

    @click.option("--account", metavar="NAME|ID", help="Only this account.")
    @click.option("--json", "as_json", is_flag=True, help="One JSON object.")
    @click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR).")
    @click.option("--quiet", is_flag=True, help="Print nothing; the exit code tells.")
    @folder_options
    @click.pass_context
    def with_options(context: click.Context, /, **given: Any) -> int:
        above: Options | None = context.obj
        own = _own(above, given)
        return command(own if above is None else _joined(above, own), **given)

    return functools.update_wrapper(with_options, command)


def _own(above: Options | None, given: dict[str, Any]) -> Options:
    """Take the common options out of what the command was given."""
    config_dir: Path | None = given.pop("config_dir")
    data_dir: Path | None = given.pop("data_dir")
    if above is None or config_dir is not None or data_dir is not None:
        folders = run_folders(surroundings(), config=config_dir, data=data_dir)
    else:
        folders = above.run_folders
    return Options(
        folders,
        given.pop("account"),
        not given.pop("no_color"),
        given.pop("as_json"),
        given.pop("quiet"),
    )


def _joined(above: Options, own: Options) -> Options:
    return Options(
        own.run_folders,
        own.account or above.account,
        own.color and above.color,
        own.as_json or above.as_json,
        own.quiet or above.quiet,
    )
