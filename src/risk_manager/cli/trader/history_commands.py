"""`risk-manager trader lockouts` and `enforcement`: what was locked and what was done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.trader.choice import chosen_accounts
from risk_manager.cli.trader.model import AccountRow
from risk_manager.cli.trader.options import NoDaemonError, Options, common_options
from risk_manager.cli.trader.source import ask_history, look
from risk_manager.cli.trader.watch import NOT_WATCHED, Watch
from risk_manager.ipc.client import AskedInVainError, NotRunningError


@click.command()
@common_options
def lockouts(options: Options) -> int:
    """Show what is locked, why, until when, what is still allowed, and the last five locks."""
    return _show(options, "7", ("locks",), {})


@click.command()
@click.option("--tail", type=click.IntRange(1, 500), default=20, help="How many lines (20).")
@click.option(
    "--level",
    type=click.Choice(["info", "warning", "error"]),
    default="info",
    help="warning: what was deferred, refused or timed out; error: without the deferred.",
)
@click.option("--search", default="", metavar="TEXT", help="Only lines with these words.")
@common_options
def enforcement(options: Options, *, tail: int, level: str, search: str) -> int:
    """Show the enforcement log, also what set no lock, and the totals of the day."""
    asked = {"tail": str(tail), "level": level, "search": search}
    return _show(options, "8", ("enforcements", "totals"), asked)


def _show(options: Options, key: str, members: Sequence[str], asked: dict[str, str]) -> int:
    watch, reading = look(options.run_folders)
    if reading is None:
        raise NoDaemonError("; ".join(watch.causes))
    accounts = [
        account
        for account in chosen_accounts(watch, options.account)
        if account.state != NOT_WATCHED
    ]
    answers = [_ask(options, account, asked) for account in accounts]
    if options.as_json and not options.quiet:
        both = zip(accounts, answers, strict=True)
        rows = [_row(account, answer, members) for account, answer in both]
        found = {"schema": 1, "at": reading.status["at"], "status": watch.word, "accounts": rows}
        click.echo(json.dumps(found))
    elif not options.quiet:
        _print(options, watch, accounts, answers, key)
    return ExitCode.NOT_RUNNING if watch.is_stale else ExitCode.DONE


def _ask(options: Options, account: AccountRow, asked: dict[str, str]) -> dict[str, Any]:
    try:
        return ask_history(options.run_folders, account.id, **asked)
    except AskedInVainError as error:
        raise click.ClickException(str(error)) from error
    except NotRunningError as error:
        raise NoDaemonError(str(error)) from error


def _row(account: AccountRow, answer: dict[str, Any], members: Sequence[str]) -> dict[str, Any]:
    picked = {name: answer[name] for name in members}
    return {"id": account.id, "name": account.name, "state": account.state, **picked}


def _print(
    options: Options,
    watch: Watch,
    accounts: Sequence[AccountRow],
    answers: Sequence[dict[str, Any]],
    key: str,
) -> None:
    from risk_manager.cli.trader.model_history import parse_history  # noqa: PLC0415 - for screens
    from risk_manager.cli.trader.once import print_page  # noqa: PLC0415 - as above
    from risk_manager.cli.trader.pages import BY_KEY  # noqa: PLC0415 - as above

    body = BY_KEY[key].body
    assert body is not None
    histories = {answer["account"]: parse_history(answer) for answer in answers}
    print_page(options, watch, accounts, body, histories)
