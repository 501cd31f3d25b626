"""`risk-manager admin password`: set the first password, or change it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from risk_manager.cli.admin.common import read_line
from risk_manager.cli.admin.right import NoPasswordError, confirm_right, typed_twice
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.config.password import PasswordError, PasswordFile
from risk_manager.config.save_file import NotSavedError
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.paths import folders_in_use, run_folders


@click.command()
@click.option("--password-stdin", is_flag=True, help="Read the current (or first) one from stdin.")
@click.option("--new-password-stdin", is_flag=True, help="Read the new one from stdin, after it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@folder_options
def password(
    config_dir: Path | None,
    data_dir: Path | None,
    *,
    password_stdin: bool,
    new_password_stdin: bool,
    as_json: bool,
) -> int:
    """Set the admin password; a change needs the current one. There is no recovery."""
    folders = folders_in_use(surroundings(), config=config_dir, data=data_dir)
    running = run_folders(surroundings(), config=config_dir, data=data_dir)
    file = PasswordFile(folders.config, MachineClock().wall)
    code, text = ExitCode.DONE, "the password is set"
    try:
        if file.is_set:
            confirm_right(folders, running, stdin=password_stdin, prompt="Current password")
            new = read_line() if new_password_stdin else typed_twice("New password")
        else:
            new = read_line() if password_stdin else typed_twice("First admin password")
        folders.config.mkdir(parents=True, exist_ok=True)
        file.set(new)
    except (PasswordError, NoPasswordError) as error:
        code, text = ExitCode.NO_RIGHT, str(error)
    except (NotSavedError, OSError) as error:
        code, text = ExitCode.FAILED, f"not saved: {error}"
    done = code is ExitCode.DONE
    if as_json:
        click.echo(json.dumps({"ok": done, "error": None if done else text}))
    else:
        click.echo(text, err=not done)
    return code
