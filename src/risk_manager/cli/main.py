"""The executable `risk-manager`: its commands, each in a module of its own, and the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from risk_manager import __version__
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.lazy_group import LazyCommand, LazyGroup

COMMANDS = {
    "demo": LazyCommand(
        "risk_manager.cli.demo_command",
        "demo",
        "Watch the guard enforce rules on a simulated trader.",
    ),
    "run": LazyCommand(
        "risk_manager.cli.run_command", "run", "Run the daemon in the foreground until stopped."
    ),
    "trader": LazyCommand(
        "risk_manager.cli.trader.trader_main",
        "trader",
        "Look at your accounts: status, limits, locks. Changes nothing.",
    ),
    "admin": LazyCommand(
        "risk_manager.cli.admin.admin_main",
        "admin",
        "Configure the guard; changes need the password.",
    ),
    "gateway-sim": LazyCommand(
        "risk_manager.cli.gateway_sim_command",
        "gateway_sim",
        "Run the simulated gateway alone, for tests and bots.",
    ),
    "service": LazyCommand(
        "risk_manager.service.service_main",
        "service",
        "Run the guard as a service of this system.",
    ),
    "paths": LazyCommand("risk_manager.cli.paths_command", "paths", "Print the folders in use."),
}


@click.group(
    cls=LazyGroup,
    lazy=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="risk-manager")
def cli() -> None:
    """Enforce a trader's own risk rules on TopstepX accounts."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; commands return theirs as an int."""
    _survive_narrow_encodings()
    _know_powershell()
    try:
        result = cli.main(arguments, prog_name="risk-manager", standalone_mode=False)
    except click.Abort:
        return ExitCode.INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        return _reader_went_away()
    return result if isinstance(result, int) else ExitCode.DONE


def _know_powershell() -> None:
    """Let click complete for PowerShell, too, when a shell asks for completion."""
    if "_RISK_MANAGER_COMPLETE" in os.environ:
        from click.shell_completion import add_completion_class  # noqa: PLC0415 - rarely needed

        from risk_manager.cli.admin.powershell import PowerShellComplete  # noqa: PLC0415 - as above

        add_completion_class(PowerShellComplete)


def _survive_narrow_encodings() -> None:
    """Replace what a console cannot encode (cp1252 when piped on Windows) instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _reader_went_away() -> int:
    """End quietly when the reader of a pipe (`| head`) has ended."""
    sys.stdout = None  # nothing is left to flush into at exit
    return ExitCode.FAILED
