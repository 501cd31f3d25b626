"""Options several commands share, and the folders they lead to."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

import risk_manager
from risk_manager.utils.paths import Surroundings

Command = TypeVar("Command", bound=Callable[..., object])

_FOLDER = click.Path(file_okay=False, resolve_path=True, path_type=Path)


def folder_options(command: Command) -> Command:
    """Add `--config DIR` and `--data DIR`; the command gets absolute paths or None."""
    with_data = click.option(
        "--data",
        "data_dir",
        type=_FOLDER,
        metavar="DIR",
        help="Folder of the database; logs/ and run/ stand beside it.",
    )(command)
    return click.option(
        "--config",
        "config_dir",
        type=_FOLDER,
        metavar="DIR",
        help="Folder of accounts.yaml and risk_config.yaml.",
    )(with_data)


def surroundings() -> Surroundings:
    """Return what this process sees: folders, environment, system, checkout or not."""
    working = Path.cwd()
    package = Path(risk_manager.__file__).resolve().parent
    return Surroundings(
        working=working,
        home=Path.home(),
        environment=os.environ,
        windows=sys.platform == "win32",
        macos=sys.platform == "darwin",
        in_checkout=_is_checkout(working) or _is_checkout(package.parent.parent),
    )


def _is_checkout(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file() and (folder / "src" / "risk_manager").is_dir()
