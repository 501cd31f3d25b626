"""Whether only the administrator can change the code the service runs.

A service that runs as root from a folder a user may write hands that user the machine, and lets
the trader edit the guard.
"""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable
from pathlib import Path

_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def code_places() -> tuple[Path, ...]:
    """Return what decides which code runs: the interpreter, its library and this package."""
    package = Path(__file__).resolve().parent.parent
    library = Path(stat.__file__).resolve().parent
    site = [Path(entry).resolve() for entry in sys.path if entry and Path(entry).is_dir()]
    own = [Path(sys.executable), Path(sys.executable).resolve(), Path(sys.prefix)]
    return tuple(dict.fromkeys([*own, library, package, *site]))


def untrusted(places: Iterable[Path], owner: int = 0) -> list[str]:
    """Return what is wrong, one line per folder or file that another user may change.

    Every folder on the way counts: whoever may rename one can put another in its place. `owner`
    is the only user id that may own them (0 is root).
    """
    problems: dict[Path, str] = {}
    for place in places:
        for part in (place, *place.parents):
            if part not in problems and (problem := _problem(part, owner)) is not None:
                problems[part] = f"{part}: {problem}"
    return list(problems.values())


def _problem(path: Path, owner: int) -> str | None:
    try:
        found = path.lstat()
    except OSError as error:
        return f"cannot be examined ({error.strerror})"
    if found.st_uid != owner:
        return f"belongs to user {found.st_uid}, not to the administrator"
    if stat.S_ISLNK(found.st_mode):
        return None  # its mode says nothing; where it leads is looked at by itself
    if found.st_mode & _WRITABLE_BY_OTHERS:
        return "other users may write there"
    return None
