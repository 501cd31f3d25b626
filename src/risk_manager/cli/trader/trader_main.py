"""`risk-manager trader`: looks at the daemon's status, changes nothing."""

from __future__ import annotations

import sys
from typing import Final

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.lazy_group import LazyCommand, LazyGroup
from risk_manager.cli.trader.options import Options, common_options

_HERE: Final = "risk_manager.cli.trader"


def _at(module: str, attribute: str, summary: str) -> LazyCommand:
    return LazyCommand(f"{_HERE}.{module}", attribute, summary)


COMMANDS: Final = {
    "status": _at("status_command", "status", "Is the guard on, what is locked; --live: pages."),
    "pnl": _at("view_commands", "pnl", "The day's money, the chart, the last ten results."),
    "positions": _at("view_commands", "positions", "Positions with stop cover, and orders."),
    "rules": _at("view_commands", "rules", "Every rule: reading, limit, what is left."),
    "connections": _at("view_commands", "connections", "Daemon, streams, login, database."),
    "market-hours": _at("view_commands", "market_hours", "What is open, and until when."),
    "lockouts": _at("history_commands", "lockouts", "What is locked, until when, what is allowed."),
    "enforcement": _at("history_commands", "enforcement", "What was enforced: --tail, --search."),
    "headroom": _at("headroom_command", "headroom", "The largest next order that fits."),
    "why": _at("view_commands", "why", "Why the guard acted last, with what it saw."),
    "clock-in": _at("clock_command", "clock_in", "Record that you begin."),
    "clock-out": _at("clock_command", "clock_out", "Record that you end: hours, trades, result."),
    "notify": _at("notify_command", "notify", "Desktop notification and sound for each event."),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, invoke_without_command=True)
@click.option("--compact", is_flag=True, help="Only what matters most, for a small window.")
@common_options
def trader(options: Options, *, compact: bool) -> int:
    """Look at your accounts. Without a command: the live view.

    This tool only looks, and clocks in and out. It has no "I am done for today": the venue's own
    personal lockout is the tool for that wish.
    """
    context = click.get_current_context()
    context.obj = options
    if context.invoked_subcommand is not None:
        return ExitCode.DONE
    from risk_manager.cli.trader.status_command import (  # noqa: PLC0415 - keeps --help quick
        print_status,
        show_live,
    )

    if options.as_json or options.quiet or not sys.stdout.isatty():
        return print_status(options, None, compact=compact)
    return show_live(options, None, compact=compact)
