"""`risk-manager trader`: looks at the daemon's status, changes nothing."""

from __future__ import annotations

import sys
from typing import Final

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.lazy_group import LazyCommand, LazyGroup
from risk_manager.cli.trader.options import Options, common_options
from risk_manager.cli.trader.status_command import print_status, show_live

_HERE: Final = "risk_manager.cli.trader"
COMMANDS: Final = {
    "status": LazyCommand(
        f"{_HERE}.status_command", "status", "Is the guard on, what is locked; --live: all pages."
    ),
    "headroom": LazyCommand(
        f"{_HERE}.headroom_command", "headroom", "The largest next order that breaches nothing."
    ),
    "clock-in": LazyCommand(f"{_HERE}.clock_command", "clock_in", "Record that you begin."),
    "clock-out": LazyCommand(
        f"{_HERE}.clock_command", "clock_out", "Record that you end: hours, trades, result."
    ),
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
    if options.as_json or options.quiet or not sys.stdout.isatty():
        return print_status(options, None, compact=compact)
    return show_live(options, None, compact=compact)
