"""`risk-manager run`: the daemon in the foreground, its signals and its exit code."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import click

from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.cli.signals import stop_on_signals
from risk_manager.utils.paths import folders_in_use
from risk_manager.utils.service_manager import service_manager


@click.command()
@folder_options
@click.option(
    "--service",
    is_flag=True,
    help="Run under the system's service manager: its folders, its limits, no .env.",
)
def run(config_dir: Path | None, data_dir: Path | None, *, service: bool) -> int:
    """Guard the configured accounts until Ctrl-C, SIGTERM or a closed terminal.

    Prints one line that begins with READY on stdout once it guards; everything else goes to
    stderr. Exit codes: 0 clean stop, 1 start failed, 7 configuration invalid, 9 another daemon
    guards these accounts.
    """
    from risk_manager.bootstrap import run_daemon  # noqa: PLC0415 - keeps --help quick
    from risk_manager.config.errors import ConfigErrors  # noqa: PLC0415 - as above
    from risk_manager.domain.errors import (  # noqa: PLC0415 - as above
        AlreadyRunningError,
        StartError,
    )

    around = surroundings()
    folders = folders_in_use(around, config=config_dir, data=data_dir, service=service)
    stop = threading.Event()
    try:
        with stop_on_signals(stop):
            return run_daemon(
                folders.config,
                folders.data,
                out=sys.stdout,
                stop=stop,
                service=service,
                manager=service_manager(around.environment),
            )
    except ConfigErrors as errors:
        _complain(f"The configuration in {folders.config} is refused:\n{errors}")
        return ExitCode.CONFIG
    except AlreadyRunningError as error:
        _complain(f"Not started: {error}")
        return ExitCode.ANOTHER_INSTANCE
    except StartError as error:
        _complain(f"Not started: {error}")
        return ExitCode.FAILED


def _complain(text: str) -> None:
    click.echo(text, err=True)
