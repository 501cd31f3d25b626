"""`risk-manager admin completion`: the script by which a shell completes our commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from risk_manager.cli.admin.powershell import PowerShellComplete
from risk_manager.cli.exit_codes import ExitCode

PROGRAM = "risk-manager"
VARIABLE = "_RISK_MANAGER_COMPLETE"
"""What the scripts set, and click looks for under the program's name."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the completion script for SHELL; docs/admin.md says where it goes."""
    found = PowerShellComplete if shell == "powershell" else get_completion_class(shell)
    assert found is not None
    click.echo(found(context.find_root().command, {}, PROGRAM, VARIABLE).source())
    return ExitCode.DONE
