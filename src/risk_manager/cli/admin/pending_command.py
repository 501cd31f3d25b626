"""`risk-manager admin pending`: the looser changes that wait for a reset."""

from __future__ import annotations

import json

import click

from risk_manager.cli.admin.common import Asker, change_command
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.exit_codes import ExitCode


@click.group()
def pending() -> None:
    """List the looser changes that wait, and cancel them."""


@pending.command("list")
@look_command
def list_pending(look: Look) -> int:
    """Show what waits, and until when."""
    if look.status is None:
        click.echo("no daemon answers", err=True)
        return ExitCode.NOT_RUNNING
    if look.as_json:
        click.echo(json.dumps({"pending": look.pending()}))
    else:
        click.echo("\n".join(look.pending_texts()) or "nothing waits")
    return ExitCode.DONE


@pending.command("cancel")
@click.argument("number", metavar="ID", type=int)
@change_command
def cancel(asker: Asker, number: int) -> int:
    """Drop a waiting change; the value that is active stays."""
    return asker.change("cancel", id=number)
