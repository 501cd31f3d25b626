"""`risk-manager admin logs`: the four logs, filtered, and followed."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import click

from risk_manager.cli.admin.log_files import LEVELS, Record, Tail, newest
from risk_manager.cli.admin.looking import Look, look_command
from risk_manager.cli.exit_codes import ExitCode
from risk_manager.config.errors import ConfigErrors
from risk_manager.config.yaml_file import read_yaml
from risk_manager.utils.clock import sleep
from risk_manager.utils.logging import FILES
from risk_manager.utils.paths import Folders

ALL = "all"
POLL_S = 0.5
_LOGGING = "logging.yaml"


@click.command()
@click.option(
    "--file", "stem", type=click.Choice([*FILES, ALL]), default="daemon", show_default=True
)
@click.option("--tail", "count", type=click.IntRange(0), default=50, show_default=True, metavar="N")
@click.option("--level", type=click.Choice(LEVELS, case_sensitive=False), default="DEBUG")
@click.option("--search", default="", metavar="TEXT", help="Only records with this text.")
@click.option("--follow", is_flag=True, help="Go on with what is added, until Ctrl-C.")
@look_command
def logs(look: Look, stem: str, count: int, level: str, search: str, *, follow: bool) -> int:
    """Show the newest records of a log, or of all four in the order of time.

    Exit codes: 0 shown, 1 there is no log, 2 --json with --follow.
    """
    if follow and look.as_json:
        raise click.UsageError("--follow never ends, so it has no --json")
    folder = logs_folder(look.folders)
    stems = list(FILES) if stem == ALL else [stem]
    if not any((folder / f"{name}.log").exists() for name in stems):
        click.echo(f"there is no log in {folder}", err=True)
        return ExitCode.FAILED
    words = search.casefold()
    tails = [Tail(folder, name) for name in stems]
    found = [newest(folder, name, count, level, words) for name in stems]
    rows = sorted(chain.from_iterable(found), key=lambda row: row.at)
    rows = rows[len(rows) - count :] if len(rows) > count else rows
    if look.as_json:
        click.echo(json.dumps({"records": [row._asdict() for row in rows]}))
        return ExitCode.DONE
    _show(rows, named=stem == ALL)
    while follow:
        sleep(POLL_S)
        fresh = sorted(chain.from_iterable(tail.fresh() for tail in tails), key=lambda row: row.at)
        _show([row for row in fresh if row.fits(level, words)], named=stem == ALL)
    return ExitCode.DONE


def logs_folder(folders: Folders) -> Path:
    """Where the guard logs: what logging.yaml names, else the usual folder."""
    path = folders.config / _LOGGING
    if not path.exists():
        return folders.logs
    try:
        tree = read_yaml(path).plain()
    except ConfigErrors as errors:
        raise click.ClickException(str(errors)) from errors
    named = tree.get("log_dir") if isinstance(tree, dict) else None
    return folders.data.parent / str(named) if named else folders.logs


def _show(rows: list[Record], *, named: bool) -> None:
    for row in rows:
        click.echo(f"{row.file:<12}{row.text}" if named else row.text)
