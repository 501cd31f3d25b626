"""`risk-manager trader`: looks at the daemon's status, changes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.formatting import PcZone, glyphs_for, make_console
from risk_manager.cli.options import surroundings
from risk_manager.cli.trader.headroom_command import headroom
from risk_manager.cli.trader.options import Options, chosen_accounts, common_options, options_of
from risk_manager.cli.trader.source import look
from risk_manager.cli.trader.watch import NOT_MONITORED, exit_code
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.paths import run_folders


@click.group(invoke_without_command=True)
@common_options
@click.pass_context
def trader(
    context: click.Context,
    config_dir: Path | None,
    data_dir: Path | None,
    account: str | None,
    *,
    no_color: bool,
) -> int:
    """Look at your accounts. Without a command: the live view.

    This tool only looks. It has no "I am done for today": the venue's own personal lockout is
    the tool for that wish.
    """
    folders = run_folders(surroundings(), config=config_dir, data=data_dir)
    context.obj = Options(folders, account, not no_color)
    if context.invoked_subcommand is None:
        return _live(context.obj, None) if sys.stdout.isatty() else _print_once(context.obj, None)
    return ExitCode.DONE


@trader.command()
@common_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--live", is_flag=True, help="Keep the screen up to date; Q quits.")
@click.option(
    "--check",
    type=click.Choice(["guard", "trade"]),
    help="Exit code for: is the guard on (ignores locks), may I trade (ignores degraded).",
)
@click.pass_context
def status(
    context: click.Context,
    config_dir: Path | None,
    data_dir: Path | None,
    account: str | None,
    *,
    no_color: bool,
    as_json: bool,
    live: bool,
    check: str | None,
) -> int:
    """Show whether the guard is on and what is locked.

    Exit codes: 0 monitored and free, 3 degraded, shadow or UNKNOWN, 4 locked, 5 not monitored.
    """
    above: Options = context.obj
    options = options_of(above, config_dir, data_dir, account, no_color=no_color)
    if as_json and live:
        raise click.UsageError("--json and --live exclude each other")
    if live:
        return _live(options, check)
    return _print_json(options, check) if as_json else _print_once(options, check)


def _print_once(options: Options, check: str | None) -> int:
    from risk_manager.cli.trader.frame import Frame  # noqa: PLC0415 - keeps --json quick
    from risk_manager.cli.trader.status_screen import status_screen  # noqa: PLC0415 - as above

    watch, _ = look(options.run_folders)
    accounts = chosen_accounts(watch, options.account)
    console = make_console(color=options.color)
    frame = Frame(
        watch,
        accounts,
        PcZone(),
        glyphs_for(console.encoding),
        console.width,
        max(24, console.height),
    )
    console.print(status_screen(frame))
    return exit_code(watch, accounts, check)


def _live(options: Options, check: str | None) -> int:
    from risk_manager.cli.trader.live import live_view  # noqa: PLC0415 - keeps --json quick

    watch = live_view(
        options.run_folders,
        console=make_console(color=options.color),
        wanted=options.account,
        monotonic=MachineClock().mono,
        pc_zone=PcZone(),
    )
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
    click.echo(json.dumps(answer))
    return exit_code(watch, accounts, check)


trader.add_command(headroom)
