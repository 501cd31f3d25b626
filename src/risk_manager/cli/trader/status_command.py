"""`risk-manager trader status`: once, as JSON, or as the live view."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import click

from risk_manager.cli.formatting import PcZone, glyphs_for
from risk_manager.cli.trader.choice import chosen_accounts
from risk_manager.cli.trader.options import Options, common_options
from risk_manager.cli.trader.source import look
from risk_manager.cli.trader.watch import NOT_MONITORED, exit_code
from risk_manager.utils.clock import MachineClock


@click.command()
@click.option("--live", is_flag=True, help="Keep the screen up to date; Q quits.")
@click.option("--compact", is_flag=True, help="Only what matters most, for a small window.")
@click.option(
    "--check",
    type=click.Choice(["guard", "trade"]),
    help="Exit code for: is the guard on (ignores locks), may I trade (ignores degraded).",
)
@common_options
def status(options: Options, *, live: bool, compact: bool, check: str | None) -> int:
    """Show whether the guard is on and what is locked.

    Exit codes: 0 monitored and free, 3 degraded, shadow or UNKNOWN, 4 locked, 5 not monitored.
    """
    if options.as_json and live:
        raise click.UsageError("--json and --live exclude each other")
    if live:
        return show_live(options, check, compact=compact)
    return print_status(options, check, compact=compact)


def print_status(options: Options, check: str | None, *, compact: bool) -> int:
    """Print the status once; returns its exit code."""
    if options.as_json:
        return _print_json(options, check)
    watch, _ = look(options.run_folders)
    accounts = chosen_accounts(watch, options.account)
    if not options.quiet:
        from risk_manager.cli.trader.once import print_screen  # noqa: PLC0415 - keeps --json quick

        print_screen(options, watch, accounts, compact=compact)
    return exit_code(watch, accounts, check)


def show_live(options: Options, check: str | None, *, compact: bool) -> int:
    """Show the live view until it is left; returns the exit code of what was known last."""
    from risk_manager.cli.trader.live_app import run_live  # noqa: PLC0415 - keeps --json quick
    from risk_manager.cli.trader.live_data import LiveSettings  # noqa: PLC0415 - as above

    if not options.color:
        os.environ["NO_COLOR"] = "1"  # the screen library asks the environment only
    settings = LiveSettings(
        options.run_folders,
        options.account,
        MachineClock().mono,
        PcZone(),
        glyphs_for(sys.stdout.encoding),
        compact,
    )
    watch = run_live(settings)
    return exit_code(watch, chosen_accounts(watch, options.account), check)


def _print_json(options: Options, check: str | None) -> int:
    """Print the daemon's own object, with the age as this tool measured it."""
    watch, reading = look(options.run_folders)
    accounts = chosen_accounts(watch, options.account)
    answer: dict[str, Any] = {"schema": 1, "at": None, "accounts": []}
    if reading is not None:
        shown = {account.id for account in accounts}
        found = reading.status.get("accounts", [])
        answer = dict(reading.status, age_s=round(reading.age_s, 3))
        if options.account is not None:
            answer["accounts"] = [account for account in found if account["id"] in shown]
    if watch.word == NOT_MONITORED:
        answer |= {"age_s": watch.age_s, "status": NOT_MONITORED, "causes": list(watch.causes)}
    if not options.quiet:
        click.echo(json.dumps(answer))
    return exit_code(watch, accounts, check)
