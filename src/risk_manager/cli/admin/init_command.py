"""`risk-manager admin init`: from nothing to a configured guard, by questions or by options."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import click

from risk_manager.cli.admin.init_files import NotFirstError
from risk_manager.cli.admin.init_wizard import APPLY, EVERY_RULE, Wizard
from risk_manager.cli.admin.right import NoPasswordError
from risk_manager.cli.admin.venue_contact import VenueError
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.password import PasswordError
from risk_manager.config.presets import PRESETS
from risk_manager.config.save_file import NotSavedError
from risk_manager.domain.errors import RiskManagerError
from risk_manager.utils.paths import folders_in_use

_CODES: Final = {
    NotFirstError: ExitCode.REFUSED,
    NoPasswordError: ExitCode.NO_RIGHT,
    PasswordError: ExitCode.NO_RIGHT,
    ConfigErrors: ExitCode.CONFIG,
    VenueError: ExitCode.FAILED,
    NotSavedError: ExitCode.FAILED,
}


@click.command()
@click.option("--preset", type=click.Choice([*PRESETS, EVERY_RULE]), help="Which rules.")
@click.option("--username", metavar="U", help="Login name of the platform.")
@click.option("--account", metavar="NAME|ID", help="The account to guard.")
@click.option("--gateway", metavar="URL", help="Another gateway, such as the simulated one.")
@click.option("--mode", type=click.Choice(["enforce", "shadow"]), help="shadow sends nothing.")
@click.option("--api-key-stdin", is_flag=True, help="Read the API key from stdin (first line).")
@click.option("--password-stdin", is_flag=True, help="Read the first password, after it.")
@click.option("--yes", is_flag=True, help="Accept; never a typed word.")
@click.option("--type", "word", metavar="WORD", help=f"{APPLY}, where something may be closed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@folder_options
def init(config_dir: Path | None, data_dir: Path | None, **asked: Any) -> int:
    """Set up the guard of one account: login, account, rules, password, service.

    Nothing is written before the login worked and you agreed. Exit codes: 0 done, 1 login or save
    failed, 2 an answer or the word is missing, 6 password, 8 something is set up here already.
    """
    folders = folders_in_use(surroundings(), config=config_dir, data=data_dir)
    wizard = Wizard(folders, asked)
    try:
        return wizard.run()
    except RiskManagerError as error:
        code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), 1)
        if asked["as_json"]:
            click.echo(json.dumps({"ok": False, "error": str(error)}))
        else:
            click.echo(str(error), err=True)
        return int(code)
