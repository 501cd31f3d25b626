"""What the commands of the trader's tool have in common: options and the choice of accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from risk_manager.cli.options import folder_options, surroundings
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.watch import Watch, choose
from risk_manager.utils.paths import run_folders

Command = TypeVar("Command", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Options:
    """What the common options of the trader's tool say."""

    run_folders: tuple[Path, ...]
    account: str | None
    color: bool


def common_options(command: Command) -> Command:
    """Add `--account`, `--no-color`, `--config` and `--data`."""
    named = click.option("--account", metavar="NAME|ID", help="Only this account.")(command)
    plain = click.option("--no-color", is_flag=True, help="No colours (also: NO_COLOR).")(named)
    return folder_options(plain)


def options_of(
    above: Options,
    config_dir: Path | None,
    data_dir: Path | None,
    account: str | None,
    *,
    no_color: bool,
) -> Options:
    """Return the options of a command; what it does not say is taken from the group's."""
    folders = above.run_folders
    if config_dir is not None or data_dir is not None:
        folders = run_folders(surroundings(), config=config_dir, data=data_dir)
    return Options(folders, account or above.account, above.color and not no_color)


def chosen_accounts(watch: Watch, wanted: str | None) -> tuple[AccountRow, ...]:
    """Return the accounts to show; an account nobody knows ends the command (exit code 1)."""
    if watch.status is None:
        return ()
    accounts = choose(watch.status, wanted)
    if wanted is not None and not accounts:
        names = ", ".join(f"{account.name} ({account.id})" for account in watch.status.accounts)
        raise click.ClickException(f"no account {wanted!r}; there are: {names or 'none'}")
    return accounts
