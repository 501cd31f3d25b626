"""`risk-manager trader clock-in` and `clock-out`: a record of the trader's hours."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.formatting import PcZone, signed
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.options import (
    NoDaemonError,
    Options,
    chosen_accounts,
    common_options,
)
from risk_manager.cli.trader.source import look
from risk_manager.ipc.client import AskedInVainError, EndpointClient, NotRunningError
from risk_manager.utils.datetime_helpers import parse_instant
from risk_manager.utils.wording import duration, wall_time_24


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
        answer = clock_account(options, account, action)
        answers.append({"account": account.id, "name": account.name} | answer)
        if not options.as_json and not options.quiet:
            click.echo("\n".join(f"{account.name or account.id}: {one}" for one in words(answer)))
    if options.as_json and not options.quiet:
        click.echo(json.dumps({"ok": True, "accounts": answers}))
    out_of_nothing = action == "out" and not any(answer["changed"] for answer in answers)
    return ExitCode.FAILED if out_of_nothing else ExitCode.DONE


def clock_account(options: Options, account: AccountRow, action: str) -> dict[str, Any]:
    """Ask the daemon to clock one account; a refusal ends the command."""
    try:
        return EndpointClient.find(options.run_folders).clock(account.id, action)
    except AskedInVainError as error:
        raise click.ClickException(str(error)) from error
    except NotRunningError as error:
        raise NoDaemonError(str(error)) from error


def words(answer: dict[str, Any]) -> list[str]:
    """Return what the answer says, a line for each fact."""
    before, now = answer["before"], answer["presence"]
    lines = []
    if before is not None and before["forgotten"]:
        span = f"{_at(before['in_at'])} to {_at(before['out_at'])}"
        lines.append(f"the last stay ({span}) was not clocked out; the reset ended it")
    if now is None or (now["out_at"] is not None and not answer["changed"]):
        lines.append("not clocked in")
    elif now["out_at"] is None:
        word = "clocked in at" if answer["changed"] else "already clocked in since"
        lines.append(f"{word} {_at(now['in_at'])}")
    else:
        stay = f"in {_at(now['in_at'])}, out {_at(now['out_at'])}"
        lines.append(f"{stay}, {duration(answer['duration_s'])}")
        lines.append(
            f"trades {answer['trades']}, realised {signed(Decimal(answer['realized_pnl']))}"
        )
    return lines


def _at(text: str) -> str:
    instant = parse_instant(text)
    return wall_time_24(instant, PcZone(), instant)
