"""The service's folders on Linux and macOS: the administrator's, and only `run` is for all."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from risk_manager.service.control import ServiceError
from risk_manager.utils.paths import Folders

PRIVATE: Final = 0o700
READABLE: Final = 0o755
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def prepare_folders(folders: Folders, owner: int = 0) -> None:
    """Make the folders with their modes, or correct the modes of those that are there.

    Raises ServiceError for a link or a folder of another user in their place (`owner` is the
    user id that must own them): somebody prepared it to read or change what will be written.
    """
    root = folders.data.parent
    _folder(root, READABLE, owner)
    for private in (folders.config, folders.data, folders.logs):
        _folder(private, PRIVATE, owner)
        _close_files(private)
    _folder(folders.run, READABLE, owner)


def _folder(path: Path, mode: int, owner: int) -> None:
    try:
        path.mkdir(mode=mode, parents=False)
    except FileExistsError:
        pass
    except OSError as error:
        raise ServiceError(f"{path} cannot be made: {error.strerror}") from error
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise ServiceError(f"{path} is not a folder (a link?): move it away and try again")
    if found.st_uid != owner:
        raise ServiceError(f"{path} belongs to user {found.st_uid}: move it away and try again")
    path.chmod(mode)


def _close_files(folder: Path) -> None:
    """Take the rights of others from the files that are there already."""
    for path in folder.iterdir():
        mode = path.lstat().st_mode
        if stat.S_ISREG(mode) and mode & _OTHERS:
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
