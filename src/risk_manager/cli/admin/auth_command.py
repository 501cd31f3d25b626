"""`risk-manager admin auth`: who logs in. Saved only after a login the venue accepted."""

from __future__ import annotations

import json

import click

from risk_manager.cli.admin.common import read_line
from risk_manager.cli.admin.credentials import (
    AnotherLoginError,
    Credentials,
    login_of,
    refuse_another,
)
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.admin.right import NoPasswordError, confirm_right
from risk_manager.cli.admin.venue_contact import VenueContact, VenueError
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.save_file import NotSavedError
from risk_manager.domain.errors import RiskManagerError
from risk_manager.utils.clock import MachineClock

_CODES = {
    NoPasswordError: ExitCode.NO_RIGHT,
    AnotherLoginError: ExitCode.REFUSED,
    ConfigErrors: ExitCode.CONFIG,
    VenueError: ExitCode.FAILED,
    NotSavedError: ExitCode.FAILED,
}
AT_THE_NEXT_START = "a running guard uses it from its next start on"


@click.group()
def auth() -> None:
    """Set and show the login of the platform."""


@auth.command("set")
@click.option("--username", metavar="U", help="Login name of the platform, not of an account.")
@click.option("--api-key-stdin", is_flag=True, help="Read the API key from stdin (first line).")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin, after it.")
@click.option("--validate", is_flag=True, help="Only try the login; save nothing.")
@look_command
def set_login(
    look: Look, username: str | None, *, api_key_stdin: bool, password_stdin: bool, validate: bool
) -> int:
    """Store user name and API key after a good login. The token is never stored.

    Exit codes: 0 saved, 1 login failed or not saved, 6 password, 7 accounts.yaml, 8 another login.
    """
    try:
        user = username or click.prompt("User name of the platform", err=True)
        key = read_line() if api_key_stdin else click.prompt("API key", hide_input=True, err=True)
        if not validate:
            confirm_right(look.folders, look.run_folders, stdin=password_stdin)
            refuse_another(look, user)
        login = login_of(look.folder, user, key.strip())
        VenueContact(login, MachineClock()).login()
        if not validate:
            Credentials(look.folder).save(user, key.strip())
    except RiskManagerError as error:
        code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), 1)
        return _tell(look, str(error), ExitCode(code))
    said = "the login works; nothing was saved" if validate else f"saved; {AT_THE_NEXT_START}"
    return _tell(look, said, ExitCode.DONE)


@auth.command("show")
@look_command
def show(look: Look) -> int:
    """Show user name, addresses and where the key comes from; never the key."""
    try:
        rows = Credentials(look.folder).shown()
    except ConfigErrors as errors:
        click.echo(str(errors), err=True)
        return ExitCode.CONFIG
    if look.as_json:
        click.echo(json.dumps(rows))
    else:
        for name, value in rows.items():
            click.echo(f"{name:<11}{value}")
    return ExitCode.DONE


def _tell(look: Look, text: str, code: ExitCode) -> int:
    done = code is ExitCode.DONE
    if look.as_json:
        click.echo(json.dumps({"ok": done, "error": None if done else text}))
    else:
        click.echo(text, err=not done)
    return code
