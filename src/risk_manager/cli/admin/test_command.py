"""`risk-manager admin test`: login, both hubs, accounts, database and endpoint, tried once."""

from __future__ import annotations

import json

import click

from risk_manager.cli.admin.connection_checks import ENDPOINT, try_all
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.admin.venue_contact import VenueContact
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config
from risk_manager.rules import RULES
from risk_manager.utils.clock import MachineClock


@click.command()
@look_command
def test(look: Look) -> int:
    """Try every connection the guard needs: ok, milliseconds and error for each.

    Exit codes: 0 all work, 1 one does not, 5 only the daemon does not run, 7 bad configuration.
    """
    try:
        loaded = load_config(look.folder, {rule.section: rule.config_model for rule in RULES})
    except ConfigErrors as errors:
        click.echo(str(errors), err=True)
        return ExitCode.CONFIG
    clock = MachineClock()
    entries = [item.account for item in loaded.accounts]
    wanted = [str(entry.account_id or entry.account_name) for entry in entries]
    contact = VenueContact(loaded.topstepx, clock)
    rows = try_all(loaded.topstepx, wanted, contact, look, look.data, clock)
    failed = {row.name for row in rows if row.error is not None}
    if look.as_json:
        click.echo(json.dumps({"ok": not failed, "checks": [row.as_data() for row in rows]}))
    else:
        for row in rows:
            said = f"FAILED - {row.error}" if row.error else f"ok  {row.note}".rstrip()
            click.echo(f"{row.name:<12}{row.ms:>6} ms  {said}")
    if not failed:
        return ExitCode.DONE
    return ExitCode.NOT_RUNNING if failed == {ENDPOINT} else ExitCode.FAILED
