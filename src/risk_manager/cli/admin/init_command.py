"""`risk-manager admin init`: from nothing to a configured guard, by questions or by options."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

import click
from pydantic import ValidationError

from risk_manager.cli.admin.common import read_line
from risk_manager.cli.admin.init_files import (
    FirstFiles,
    NotFirstError,
    first_files,
    login_at,
    refuse_second,
)
from risk_manager.cli.admin.init_preview import Preview, account_named, look_ahead
from risk_manager.cli.admin.right import NoPasswordError, check_alone
from risk_manager.cli.admin.venue_contact import VenueContact, VenueError
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.config.accounts import TopstepX
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.password import PasswordError, PasswordFile
from risk_manager.config.presets import PRESETS
from risk_manager.config.save_file import NotSavedError
from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.positions import AccountRow
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.paths import Folders, folders_in_use

APPLY: Final = "APPLY"
EVERY_RULE: Final = "none"
_CODES: Final = {
    NotFirstError: ExitCode.REFUSED,
    NoPasswordError: ExitCode.NO_RIGHT,
    PasswordError: ExitCode.NO_RIGHT,
    ConfigErrors: ExitCode.CONFIG,
    VenueError: ExitCode.FAILED,
    NotSavedError: ExitCode.FAILED,
}
NEXT: Final = (
    "Start it: risk-manager service install (as administrator; starts at boot),"
    " or in this window: risk-manager run"
)
_PRIVATE: Final = 0o700


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
    wizard = _Wizard(folders, asked)
    try:
        return wizard.run()
    except RiskManagerError as error:
        code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), 1)
        if asked["as_json"]:
            click.echo(json.dumps({"ok": False, "error": str(error)}))
        else:
            click.echo(str(error), err=True)
        return int(code)


class _Wizard:
    """Asks what no option says, if a person is there to answer."""

    def __init__(self, folders: Folders, asked: dict[str, Any]) -> None:
        self._folders = folders
        self._asked = asked
        secrets = asked["api_key_stdin"] or asked["password_stdin"]
        self._person = not secrets and not asked["as_json"] and sys.stdin.isatty()

    def run(self) -> int:
        """Ask, look, let the person agree, write."""
        refuse_second(self._folders)
        self._title("1 of 4  Authentication")
        login = self._login()
        password = None if self._person else self._given_password()
        contact = VenueContact(login, MachineClock())
        contact.login()
        self._title("2 of 4  Account")
        account = self._account(contact)
        self._title("3 of 4  Rules")
        preset, mode = self._rules()
        files = first_files(login, account, None if preset == EVERY_RULE else preset, mode)
        key = login.api_key.get_secret_value()
        preview = look_ahead(contact, account, files.loaded(self._folders.config, key))
        if not self._asked["as_json"]:
            click.echo("\n".join(preview.texts()))
        self._agree(preview)
        self._write(files, key, password or self._new_password())
        return self._done(account, preview, mode)

    def _login(self) -> TopstepX:
        user = self._asked["username"] or self._ask("--username", "User name of the platform")
        if self._asked["api_key_stdin"]:
            key = read_line().strip()
        else:
            key = self._ask("--api-key-stdin", "API key", hide_input=True).strip()
        try:
            return login_at(self._asked["gateway"], user, key)
        except ValidationError:
            raise click.UsageError("--gateway takes https://host, or http on loopback") from None

    def _account(self, contact: VenueContact) -> AccountRow:
        rows = [listed.row for listed in contact.accounts()]
        if not rows:
            raise VenueError("the login has no account")
        wanted = self._asked["account"]
        if wanted is None:
            for row in rows if self._person else ():
                click.echo(f"  {row.id}  {row.name or ''}  balance {row.balance}")
            wanted = self._ask("--account", "Number or name of the account to guard")
        return account_named(rows, wanted)

    def _rules(self) -> tuple[str, str]:
        preset = self._asked["preset"]
        if preset is None and self._person:
            choice = click.Choice([*PRESETS, EVERY_RULE])
            preset = click.prompt(
                "Preset (none: every rule, with example limits)", type=choice, err=True
            )
        mode = self._asked["mode"]
        if mode is None and self._person:
            text = "Begin in shadow mode: decide and record, send nothing?"
            mode = "shadow" if click.confirm(text, default=True, err=True) else "enforce"
        return preset or EVERY_RULE, mode or "enforce"

    def _agree(self, preview: Preview) -> None:
        """Where a start may close something the word is needed; else a yes."""
        if preview.may_act:
            word = self._asked["word"]
            if word is None and self._person:
                word = click.prompt(f"Type {APPLY} to go on", default="", show_default=False)
            if word != APPLY:
                raise click.UsageError(f"nothing was written: give --type {APPLY}")
        elif not self._asked["yes"] and not (
            self._person and click.confirm("Write this configuration?", default=True, err=True)
        ):
            raise click.UsageError("nothing was written: give --yes")

    def _write(self, files: FirstFiles, key: str, password: str) -> None:
        self._folders.config.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
        file = PasswordFile(self._folders.config, MachineClock().wall)
        if file.is_set:
            check_alone(self._folders, password)
        else:
            file.set(password)
        files.write(self._folders.config, key)

    def _given_password(self) -> str:
        return read_line() if self._asked["password_stdin"] else self._missing("--password-stdin")

    def _new_password(self) -> str:
        is_set = PasswordFile(self._folders.config, MachineClock().wall).is_set
        text = "Admin password" if is_set else "New admin password, 8 bytes or more"
        typed: str = click.prompt(text, hide_input=True, confirmation_prompt=not is_set, err=True)
        return typed

    def _done(self, account: AccountRow, preview: Preview, mode: str) -> int:
        if self._asked["as_json"]:
            told = {"account": account.id, "mode": mode, "positions": preview.positions}
            folder = str(self._folders.config)
            click.echo(json.dumps({"ok": True, **told, "config": folder, "next": NEXT}))
            return ExitCode.DONE
        self._title("4 of 4  Service")
        click.echo(f"Written to {self._folders.config}. {NEXT}")
        return ExitCode.DONE

    def _ask(self, option: str, text: str, **more: Any) -> str:
        if not self._person:
            self._missing(option)
        return str(click.prompt(text, err=True, **more))

    def _missing(self, option: str) -> NoReturn:
        raise click.UsageError(f"give {option}: there is no person at a terminal to ask")

    def _title(self, text: str) -> None:
        if self._person:
            click.echo(f"\n{text}")
