"""The questions of the first run, in their order; options answer them beforehand."""

from __future__ import annotations

import json
import sys
from typing import Any, Final, NoReturn

import click
from pydantic import ValidationError

from risk_manager.cli.admin.common import TRIES, read_line
from risk_manager.cli.admin.init_files import FirstFiles, first_files, login_at, refuse_second
from risk_manager.cli.admin.init_preview import Preview, account_named, look_ahead
from risk_manager.cli.admin.right import check_alone, typed_twice
from risk_manager.cli.admin.venue_contact import VenueContact, VenueError
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.accounts import TopstepX
from risk_manager.config.password import PasswordFile
from risk_manager.config.presets import PRESETS
from risk_manager.domain.positions import AccountRow
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.paths import Folders

APPLY: Final = "APPLY"
EVERY_RULE: Final = "none"
NEXT: Final = (
    "Start it: risk-manager service install (as administrator; starts at boot),"
    " or in this window: risk-manager run"
)
_PRIVATE: Final = 0o700


class Wizard:
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
        login, contact = self._logged_in()
        password = None if self._person else self._given_password()
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

    def _logged_in(self) -> tuple[TopstepX, VenueContact]:
        """Log in; a person may correct what was typed, three tries in all."""
        for left in reversed(range(TRIES if self._person else 1)):
            login = self._login()
            contact = VenueContact(login, MachineClock())
            try:
                contact.login()
            except VenueError as error:
                if left == 0:
                    raise
                click.echo(str(error), err=True)
            else:
                return login, contact
        raise AssertionError

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
        if PasswordFile(self._folders.config, MachineClock().wall).is_set:
            return str(click.prompt("Admin password", hide_input=True, err=True))
        return typed_twice("New admin password, 8 bytes or more")

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
