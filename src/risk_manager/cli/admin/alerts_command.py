"""`risk-manager admin alerts`: does an alert reach you, and where its secret address is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import click

from risk_manager.alerts.plugins import ChannelError, call_heartbeat, open_channel
from risk_manager.cli.admin.right import NoPasswordError, confirm_right
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.cli.options import folder_options, surroundings
from risk_manager.config.alerts_file import HEARTBEAT, AlertsFile, is_name
from risk_manager.config.alerts_secrets import secret_file
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.loader import load_config
from risk_manager.config.password import PasswordFile
from risk_manager.config.secrets import store_secret
from risk_manager.rules import RULES
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.masking import masker
from risk_manager.utils.paths import folders_in_use

TITLE: Final = "Risk Manager: test"
TEXT: Final = "TEST - alerts of the guard reach you - nothing has happened; there is nothing to do"


class Tried(NamedTuple):
    """One channel, or the heartbeat; `problem` is None when it worked."""

    channel: str
    problem: str | None


@click.group()
def alerts() -> None:
    """Try the alerts, store their addresses."""


@alerts.command("test")
@folder_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def test_command(config_dir: Path | None, data_dir: Path | None, *, as_json: bool) -> int:
    """Send one message to each channel, call the heartbeat once, and say which failed."""
    folder = folders_in_use(surroundings(), config=config_dir, data=data_dir).config
    try:
        config = load_config(folder, {rule.section: rule.config_model for rule in RULES})
    except ConfigErrors as error:
        click.echo(str(error), err=True)
        return ExitCode.CONFIG
    clean = masker(config.secrets)
    results = [
        Tried(name, None if problem is None else clean(problem))
        for name, problem in _tried(config.alerts)
    ]
    if not results:
        raise click.ClickException("alerts.yaml names no channel and no heartbeat: nobody is told")
    if as_json:
        rows = [
            {"channel": each.channel, "ok": each.problem is None, "problem": each.problem}
            for each in results
        ]
        click.echo(json.dumps({"ok": all(row["ok"] for row in rows), "channels": rows}))
    else:
        for each in results:
            click.echo(f"{each.channel}: {each.problem or 'ok'}")
    return ExitCode.FAILED if any(each.problem for each in results) else ExitCode.DONE


@alerts.command("store")
@folder_options
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin, first.")
@click.option("--url-stdin", is_flag=True, help="Read the address from one line of the input.")
def store_command(
    config_dir: Path | None,
    data_dir: Path | None,
    name: str,
    *,
    password_stdin: bool,
    url_stdin: bool,
) -> int:
    """Store the secret address of a channel, or of the `heartbeat`, for `url: "stored"`.

    Needs the admin password once one is set.
    """
    if not is_name(name) and name != HEARTBEAT:
        raise click.UsageError("a name has a to z, 0 to 9, _ and -, such as phone")
    folders = folders_in_use(surroundings(), config=config_dir, data=data_dir)
    folder = folders.config
    if PasswordFile(folder, MachineClock().wall).is_set:
        try:
            confirm_right(folders, (folders.run,), stdin=password_stdin)
        except NoPasswordError as error:
            click.echo(str(error), err=True)
            return ExitCode.NO_RIGHT
    if not folder.is_dir():
        raise click.ClickException(f"there is no folder {folder}")
    if url_stdin:
        url = sys.stdin.readline().removesuffix("\n").removesuffix("\r")
    else:
        url = click.prompt(f"Address of {name}", hide_input=True)
    if "://" not in url:
        raise click.ClickException("that is not an address: it looks like service://...")
    path = secret_file(folder, name)
    store_secret(path, url)
    click.echo(f'stored in {path.name}; alerts.yaml refers to it by url: "stored"')
    return ExitCode.DONE


def _tried(settings: AlertsFile) -> Iterator[Tried]:
    for channel in settings.channels:
        yield Tried(channel.name, _sent(channel.url.get_secret_value()))
    if settings.heartbeat is not None:
        yield Tried(HEARTBEAT, call_heartbeat(settings.heartbeat.url.get_secret_value()))


def _sent(url: str) -> str | None:
    try:
        return open_channel(url)(TITLE, TEXT, "info")
    except ChannelError as error:
        return str(error)
