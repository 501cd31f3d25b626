"""`risk-manager admin`: the table of its commands."""

from __future__ import annotations

from typing import Final

import click

from risk_manager.cli.lazy_group import LazyCommand, LazyGroup

COMMANDS: Final[dict[str, LazyCommand]] = {
    "alerts": LazyCommand(
        "risk_manager.cli.admin.alerts_command", "alerts", "Try the alerts, store their addresses."
    ),
    "backup": LazyCommand(
        "risk_manager.cli.admin.backup_command",
        "backup",
        "Copy the database, list the copies, bring one back.",
    ),
    "ledger": LazyCommand(
        "risk_manager.cli.admin.ledger_command",
        "ledger",
        "Check the record of what the guard decided and did.",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS)
def admin() -> None:
    """Configure the guard. Changes need the admin password."""
