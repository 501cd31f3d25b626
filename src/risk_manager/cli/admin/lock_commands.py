"""`risk-manager admin lockouts` and `unlock`."""

from __future__ import annotations

import json

import click

from risk_manager.cli.admin.common import Asker, change_command
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.admin.rule_names import rule_id_of
from risk_manager.cli.exit_codes import ExitCode


@click.command()
@look_command
def lockouts(look: Look) -> int:
    """Show every lock in force."""
    if look.status is None:
        click.echo("no daemon answers", err=True)
        return ExitCode.NOT_RUNNING
    rows = [{"account": one["id"], **lock} for one in look.accounts() for lock in one["locks"]]
    if look.as_json:
        click.echo(json.dumps({"locks": rows}))
        return ExitCode.DONE
    for row in rows:
        until = row["until"] or "no end time"
        words = f"{row['rule']} on {row['scope']} until {until} - {row['reason']}"
        click.echo(f"account {row['account']}  {words} - {row['allowed']}")
    if not rows:
        click.echo("no lock")
    return ExitCode.DONE


@click.command()
@click.argument("scope")
@click.argument("rule", metavar="RULE")
@change_command
def unlock(asker: Asker, scope: str, rule: str) -> int:
    """End one lock, if global.allow_manual_unlock allows it; needs --type UNLOCK.

    SCOPE is `account` or a symbol.
    """
    account = asker.account_id()
    if account is None:
        raise click.UsageError("name the account with --account")
    return asker.change("unlock", scope=scope, rule=rule_id_of(rule), account=account)
