"""What only the administrator may do, and what must be the administrator's, on each system."""

from __future__ import annotations

import os
import sys

from risk_manager.service.trusted_place import code_places
from risk_manager.utils.paths import Folders


def is_administrator() -> bool:
    """Whether this process may install and control the service: root, or elevated on Windows."""
    if sys.platform == "win32":
        from risk_manager.utils import windows_files  # noqa: PLC0415 - needs pywin32

        return windows_files.is_administrator()
    else:  # noqa: RET505 - the type checker takes one system at a time
        return os.geteuid() == 0


def untrusted_code() -> list[str]:
    """Return what lets another user change the code the service runs, one line each."""
    if sys.platform == "win32":
        from risk_manager.utils.windows_files import untrusted  # noqa: PLC0415 - needs pywin32
    else:
        from risk_manager.service.trusted_place import untrusted  # noqa: PLC0415 - not on Windows

    return untrusted(code_places())


def prepare_folders(folders: Folders) -> None:
    """Make the service's folders with their access lists, or correct those that are there.

    Raises ServiceError or WindowsFileError when something else stands in their place.
    """
    if sys.platform == "win32":
        from risk_manager.service.windows_folders import prepare  # noqa: PLC0415 - needs pywin32
    else:
        from risk_manager.service.posix_folders import prepare_folders as prepare  # noqa: PLC0415 - not on Windows

    prepare(folders)


NEEDS_RIGHTS = "this needs the administrator's rights: " + (
    "open the terminal with Run as administrator" if sys.platform == "win32" else "use sudo"
)
