"""`risk-manager paths`: the folders in use."""

from __future__ import annotations

import json
from pathlib import Path

import click

from risk_manager.cli.options import folder_options, surroundings
from risk_manager.utils.paths import folders_in_use


@click.command()
@folder_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def paths(config_dir: Path | None, data_dir: Path | None, *, as_json: bool) -> None:
    """Print the folders that `run` and the tools use here."""
    folders = folders_in_use(surroundings(), config=config_dir, data=data_dir)
    rows = {
        "mode": folders.mode,
        "config": str(folders.config),
        "data": str(folders.data),
        "logs": str(folders.logs),
        "run": str(folders.run),
    }
    if as_json:
        click.echo(json.dumps(rows))
        return
    for name, value in rows.items():
        click.echo(f"{name:<8}{value}")
