"""The doctor on this machine's files: who may read and write them, space, time zones."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from risk_manager.cli.admin.check import Check, Level
from risk_manager.config.file_names import ACCOUNTS
from risk_manager.config.password import PASSWORD_FILE
from risk_manager.domain.errors import RiskManagerError
from risk_manager.ipc.run_folder import ADMIN_TOKEN_FILE
from risk_manager.utils.datetime_helpers import zone_of
from risk_manager.utils.paths import Folders

_MEGABYTE: Final = 1024 * 1024
FAIL_BELOW_MB: Final = 200
WARN_BELOW_MB: Final = 1024
_READ_OTHERS: Final = stat.S_IRGRP | stat.S_IROTH
_WRITE_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH


def permissions(folders: Folders) -> list[Check]:
    """Whether others may change the folders, or read a secret file."""
    places = [folders.config, folders.data, folders.run]
    missing = [str(place) for place in places if not place.is_dir()]
    checks = []
    if missing:
        fact = f"not there yet: {', '.join(missing)}"
        checks.append(Check("folders", Level.WARN, fact, "risk-manager admin init makes them"))
    there = [place for place in places if place.is_dir()]
    checks += list(_changeable(there))
    checks += [check for path in _secrets(folders) if (check := _readable(path)) is not None]
    if not checks:
        checks.append(Check("permissions", Level.OK, "only their owner may change the folders"))
    return checks


def disk_space(folder: Path) -> Check:
    """Whether the journal, the database and the logs have room. `folder` exists."""
    free = shutil.disk_usage(folder).free // _MEGABYTE
    fact, fix = f"{free} MB free at {folder}", "delete what is not needed, or move the data folder"
    if free < FAIL_BELOW_MB:
        return Check("disk", Level.FAIL, fact, fix)
    if free < WARN_BELOW_MB:
        return Check("disk", Level.WARN, fact, fix)
    return Check("disk", Level.OK, fact)


def time_zones(names: Iterable[str]) -> Check:
    """Whether the rules of the zones in use are on this machine."""
    wanted = sorted({*names, "America/Chicago", "America/New_York"})
    missing = [name for name in wanted if not _is_known(name)]
    if missing:
        fact = f"no time zone data for {', '.join(missing)}"
        return Check("time zone", Level.FAIL, fact, "install it: pip install --upgrade tzdata")
    return Check("time zone", Level.OK, f"data for {', '.join(wanted)}")


def _is_known(name: str) -> bool:
    try:
        zone_of(name)
    except (RiskManagerError, ValueError):
        return False
    return True


def _secrets(folders: Folders) -> Iterator[Path]:
    """Every file that holds a secret, or may."""
    yield from sorted(folders.config.glob("*.secret"))
    for path in (
        folders.config / PASSWORD_FILE,
        folders.run / ADMIN_TOKEN_FILE,
        Path(".env").absolute(),
    ):
        if path.is_file():
            yield path


def _readable(path: Path) -> Check | None:
    """A finding when others may read a secret; on Windows the folder's access list decides."""
    if os.name != "posix" or not path.stat().st_mode & (_READ_OTHERS | _WRITE_OTHERS):
        return None
    fact = f"{path} may be read by others"
    return Check("secret file", Level.FAIL, fact, f"chmod 600 {path}")


def _changeable(places: list[Path]) -> Iterator[Check]:
    if sys.platform == "win32":
        from risk_manager.utils.windows_files import untrusted  # noqa: PLC0415 - needs pywin32

        fix = "risk-manager service install sets the access lists"
        for line in untrusted(places):
            yield Check("permissions", Level.WARN, line, fix)
    else:
        files = [place / ACCOUNTS for place in places[:1]]
        for path in [*places, *(file for file in files if file.is_file())]:
            if path.stat().st_mode & _WRITE_OTHERS:
                fact = f"{path} may be changed by others"
                yield Check("permissions", Level.FAIL, fact, f"chmod go-w {path}")
