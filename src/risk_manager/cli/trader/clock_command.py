"""`risk-manager trader clock-in` and `clock-out`: a record of the trader's hours."""

from __future__ import annotations

import json
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.trader.choice import chosen_accounts
from risk_manager.cli.trader.clock_words import clock_words
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.options import NoDaemonError, Options, common_options
from risk_manager.cli.trader.source import ask_clock, look
from risk_manager.ipc.client import AskedInVainError, NotRunningError


@click.command("clock-in")
@common_options
def clock_in(options: Options) -> int:
    """Record that you begin. Nothing of the guard depends on it; once in, it changes nothing."""
    return _clock(options, "in")


@click.command("clock-out")
@common_options
def clock_out(options: Options) -> int:
    """Record that you end, and print the hours, the trades and what they brought."""
    return _clock(options, "out")


def _clock(options: Options, action: str) -> int:
    """Clock every chosen account; exit 1 when one could not be clocked, 5 without a daemon."""
    watch, reading = look(options.run_folders)
    if reading is None:
        raise NoDaemonError("; ".join(watch.causes))
    answers = []
    for account in chosen_accounts(watch, options.account):
        if account.next_reset_at is None:
            continue  # not watched: nothing is known of its trading day
        answer = _ask(options, account, action)
        answers.append({"account": account.id, "name": account.name} | answer)
        if not options.as_json and not options.quiet:
            click.echo(
                "\n".join(f"{account.name or account.id}: {one}" for one in clock_words(answer))
            )
    if options.as_json and not options.quiet:
        click.echo(json.dumps({"ok": True, "accounts": answers}))
    out_of_nothing = action == "out" and not any(answer["changed"] for answer in answers)
    return ExitCode.FAILED if out_of_nothing else ExitCode.DONE


def _ask(options: Options, account: AccountRow, action: str) -> dict[str, Any]:
    try:
        return ask_clock(options.run_folders, account.id, action)
    except AskedInVainError as error:
        raise click.ClickException(str(error)) from error
    except NotRunningError as error:
        raise NoDaemonError(str(error)) from error
