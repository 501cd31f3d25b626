"""`risk-manager admin status`: the daemon, its connections, the accounts, the last ten events."""

from __future__ import annotations

import json

import click

from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.exit_codes import ExitCode

_LAST = 10


@click.command()
@look_command
def status(look: Look) -> int:
    """Show whether the daemon guards, and what it did last."""
    found = look.status
    if found is None:
        click.echo("NOT MONITORED - no daemon answers", err=True)
        return ExitCode.NOT_RUNNING
    if look.as_json:
        click.echo(json.dumps(found))
        return ExitCode.DONE
    hubs = ", ".join(f"{name} hub {state}" for name, state in found["hubs"].items())
    click.echo(f"{found['status']} - mode {found['mode']} - {hubs} - clock {found['clock']}")
    for cause in found["causes"]:
        click.echo(f"  {cause}")
    for row in look.accounts():
        click.echo(f"account {row['id']} {row['name']} - {row['state']} - config {row['config']}")
        for event in row["enforcements"][:_LAST]:
            words = f"{event['rule']} {event['action']} {event['contract'] or ''}".strip()
            click.echo(f"  {event['at']} {words} - {event['reason']} - {event['outcome']}")
    for text in look.pending_texts():
        click.echo(text)
    return ExitCode.DONE
