"""The service's folders on Windows, each made in one call with its access list."""

from __future__ import annotations

import sys

from risk_manager.utils.paths import Folders

if sys.platform == "win32":
    from risk_manager.utils.windows_files import make_folder
    from risk_manager.utils.windows_security import PRIVATE_FOLDER, READABLE_FOLDER, ROOT_FOLDER

    def prepare(folders: Folders) -> None:
        """Make the folders; only `run` may be read by Users."""
        make_folder(folders.data.parent, ROOT_FOLDER)
        for private in (folders.config, folders.data, folders.logs):
            make_folder(private, PRIVATE_FOLDER)
        make_folder(folders.run, READABLE_FOLDER)
