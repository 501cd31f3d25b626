"""`risk-manager admin`: the table of its commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.lazy_group import LazyCommand, LazyGroup
from risk_manager.cli.options import folder_options

_HERE: Final = "risk_manager.cli.admin"

COMMANDS: Final[dict[str, LazyCommand]] = {
    "doctor": LazyCommand(f"{_HERE}.doctor_command", "doctor", "Is all in order? With the fixes."),
    "init": LazyCommand(f"{_HERE}.init_command", "init", "Begin: login, account, rules, password."),
    "auth": LazyCommand(f"{_HERE}.auth_command", "auth", "The login of the platform."),
    "test": LazyCommand(f"{_HERE}.test_command", "test", "Try every connection once."),
    "status": LazyCommand(f"{_HERE}.status_command", "status", "What the daemon does."),
    "password": LazyCommand(f"{_HERE}.password_command", "password", "Set or change it."),
    "account": LazyCommand(f"{_HERE}.account_command", "account", "The accounts and overrides."),
    "rule": LazyCommand(f"{_HERE}.rule_command", "rule", "List, switch and change the rules."),
    "symbol": LazyCommand(f"{_HERE}.list_commands", "symbol", "Block symbols."),
    "holiday": LazyCommand(f"{_HERE}.list_commands", "holiday", "Your own exchange holidays."),
    "config": LazyCommand(f"{_HERE}.config_command", "config", "Values, files and their history."),
    "pending": LazyCommand(f"{_HERE}.pending_command", "pending", "Looser changes that wait."),
    "lockouts": LazyCommand(f"{_HERE}.lock_commands", "lockouts", "The locks in force."),
    "unlock": LazyCommand(f"{_HERE}.lock_commands", "unlock", "End a lock, if policy allows it."),
    "ledger": LazyCommand(f"{_HERE}.ledger_command", "ledger", "Check the record of decisions."),
    "alerts": LazyCommand(f"{_HERE}.alerts_command", "alerts", "Try the alerts, store addresses."),
    "backup": LazyCommand(f"{_HERE}.backup_command", "backup", "Copies of the database."),
    "simulate": LazyCommand(f"{_HERE}.simulate_command", "simulate", "Weeks of simulated trouble."),
    "logs": LazyCommand(f"{_HERE}.logs_command", "logs", "Show and follow the four logs."),
    "support-bundle": LazyCommand(
        f"{_HERE}.bundle_command", "support_bundle", "Pack what a helper needs, masked."
    ),
    "completion": LazyCommand(
        f"{_HERE}.completion_command", "completion", "Let your shell complete commands."
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, invoke_without_command=True)
@click.option("--no-color", is_flag=True, help="The menu without colours.")
@folder_options
@click.pass_context
def admin(
    context: click.Context, config_dir: Path | None, data_dir: Path | None, *, no_color: bool
) -> int:
    """Configure the guard. Changes need the admin password. Without a command: a menu."""
    if context.invoked_subcommand is not None:
        if config_dir or data_dir or no_color:
            raise click.UsageError("options stand behind the command")
        return ExitCode.DONE
    if not sys.stdin.isatty():
        click.echo(context.get_help())
        raise click.UsageError("the menu needs a terminal; name a command")
    from risk_manager.cli.admin.menu import Menu  # noqa: PLC0415 - keeps --help quick
    from risk_manager.cli.main import main  # noqa: PLC0415 - main imports this module

    color = not no_color and not os.environ.get("NO_COLOR")
    return Menu(config_dir, data_dir, main, color=color).show()
