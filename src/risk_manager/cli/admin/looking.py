"""What the admin commands that only look have in common: the files, and the daemon's status."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from risk_manager.cli.options import folder_options, surroundings
from risk_manager.ipc.client import EndpointClient, NotRunningError
from risk_manager.utils.paths import folders_in_use, run_folders


class Look:
    """The configuration folder, and the status if a daemon answers. It changes nothing."""

    def __init__(
        self, config_dir: Path | None, data_dir: Path | None, account: str | None, *, as_json: bool
    ) -> None:
        around = surroundings()
        self.folders = folders_in_use(around, config=config_dir, data=data_dir)
        self.folder, self.data = self.folders.config, self.folders.data
        self.run_folders = run_folders(around, config=config_dir, data=data_dir)
        self.account = account
        self.as_json = as_json

    @functools.cached_property
    def status(self) -> dict[str, Any] | None:
        """The whole status; None when no daemon answers."""
        try:
            reading = EndpointClient.find(self.run_folders).get_status()
        except NotRunningError:
            return None
        return None if reading is None else reading.status

    def accounts(self) -> list[dict[str, Any]]:
        """The accounts of the status, or the one that was asked for."""
        rows: list[dict[str, Any]] = [] if self.status is None else self.status["accounts"]
        return [row for row in rows if self.account in (None, str(row["id"]), row["name"])]

    def pending(self) -> list[dict[str, Any]]:
        """What waits, with its account."""
        return [
            {"account": account["id"], **row}
            for account in self.accounts()
            for row in account.get("pending", [])
        ]

    def pending_texts(self) -> list[str]:
        """One line for each change that waits."""
        return [f"{row['id']}  account {row['account']}  {row['text']}" for row in self.pending()]

    def text(self, name: str) -> str:
        """A file of the configuration; empty when it is not there."""
        try:
            return (self.folder / name).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise click.ClickException(f"{self.folder / name} cannot be read: {error}") from error


def look_command(body: Callable[..., int]) -> Callable[..., int]:
    """Give a command the options of every look; its body gets a Look before its own."""

    @functools.wraps(body)
    def run(
        config_dir: Path | None,
        data_dir: Path | None,
        account: str | None,
        *,
        as_json: bool,
        **own: Any,
    ) -> int:
        return body(Look(config_dir, data_dir, account, as_json=as_json), **own)

    named = click.option("--account", metavar="NAME|ID", help="Only this account.")(run)
    return folder_options(click.option("--json", "as_json", is_flag=True, help="As JSON.")(named))
