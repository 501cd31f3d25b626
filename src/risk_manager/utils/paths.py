"""The folders in use: configuration, data, logs and run.

Pure: what the machine looks like comes in as `Surroundings`, so the choice can be tested for every
system on every system.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

WINDOWS_NAME: Final = "RiskManager"
POSIX_NAME: Final = "risk-manager"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where one daemon keeps its things. `mode` says why these, for `risk-manager paths`."""

    mode: str
    config: Path
    data: Path

    @property
    def logs(self) -> Path:
        """The log files, unless the logging configuration names another folder."""
        return self.data.parent / "logs"

    @property
    def run(self) -> Path:
        """What the tools need to find the daemon."""
        return self.data.parent / "run"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decides which folders are in use.

    `in_checkout`: the working directory is, or the package runs from, a checkout of the project.
    """

    working: Path
    home: Path
    environment: Mapping[str, str]
    windows: bool
    in_checkout: bool
    macos: bool = False


def folders_in_use(
    around: Surroundings,
    *,
    config: Path | None = None,
    data: Path | None = None,
    service: bool = False,
) -> Folders:
    """Return the folders of `run` and of the tools; given ones win over the mode's own.

    Given paths are absolute, so that `logs` and `run` can stand beside the data folder.
    """
    usual = _usual(around, service=service)
    if config is None and data is None:
        return usual
    return Folders("given", config=config or usual.config, data=data or usual.data)


def run_folders(
    around: Surroundings, *, config: Path | None = None, data: Path | None = None
) -> tuple[Path, ...]:
    """Return where a tool looks for a daemon, in this order.

    With given folders only there; else the mode's own, the working directory, the service's.
    """
    chosen = folders_in_use(around, config=config, data=data)
    if chosen.mode == "given":
        return (chosen.run,)
    places = [chosen.run, around.working / "run"]
    places.append(production(around).run)
    return tuple(dict.fromkeys(places))


def production(around: Surroundings) -> Folders:
    """Return the folders of the service: one root, the administrator's, on each system."""
    if around.windows:
        root = Path(around.environment.get("PROGRAMDATA") or r"C:\ProgramData") / WINDOWS_NAME
    elif around.macos:
        root = Path("/Library/Application Support") / WINDOWS_NAME
    else:
        root = Path("/var/lib") / POSIX_NAME
    return Folders("production", root / "config", root / "data")


def _usual(around: Surroundings, *, service: bool) -> Folders:
    if service:
        return production(around)
    return _checkout(around) if around.in_checkout else _user(around)


def _checkout(around: Surroundings) -> Folders:
    return Folders("development", around.working / "config", around.working / "data")


def _user(around: Surroundings) -> Folders:
    """Return the folders of an installation without a checkout."""
    local = around.environment.get("LOCALAPPDATA")
    if around.windows:
        base = Path(local) if local else around.home / "AppData" / "Local"
        root = base / WINDOWS_NAME
    else:
        root = around.home / ".config" / POSIX_NAME
    return Folders("user", root / "config", root / "data")
