"""One daemon per data folder, and one per machine for each gateway and login.

Two daemons on one account would close the same position twice and flip it.
"""

from __future__ import annotations

import hashlib
import stat
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from risk_manager.domain.errors import AlreadyRunningError

OPEN_TO_ALL, OPEN_FILE = 0o777, 0o666
"""Rights of the machine's lock folder and files: any user's daemon must see any other's."""


def machine_folder() -> Path:
    """Where the locks of this machine's daemons are: the system's folder for temporary files."""
    return Path(tempfile.gettempdir()) / "risk-manager-locks"


def hold_folder(data_dir: Path) -> FileLock:
    """Take the data folder's lock alone, for work that no daemon may disturb; `release` ends it.

    Raises AlreadyRunningError when a daemon has it.
    """
    lock = _folder_lock(data_dir)
    try:
        lock.acquire()
    except Timeout as error:
        raise AlreadyRunningError(f"a daemon uses the data folder {data_dir}") from error
    return lock


def hold_locks(data_dir: Path, gateway_url: str, login: str) -> ExitStack:
    """Take both locks; closing the returned stack gives them back.

    Raises AlreadyRunningError saying which of the two is taken. The login's name does not appear
    in any file name: it is hashed.
    """
    digest = hashlib.sha256(f"{gateway_url}\n{login.lower()}".encode()).hexdigest()[:16]
    data_dir.mkdir(parents=True, exist_ok=True)
    shared = machine_folder()
    shared.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):  # another user's daemon made it, open to all
        shared.chmod(OPEN_TO_ALL | stat.S_ISVTX)
    wanted = (
        (_folder_lock(data_dir), f"another daemon uses the data folder {data_dir}"),
        (
            _lock(shared / f"{digest}.lock"),
            f"another daemon on this machine guards this login at {gateway_url}",
        ),
    )
    stack = ExitStack()
    try:
        for lock, taken in wanted:
            try:
                stack.enter_context(lock)
            except Timeout as error:
                raise AlreadyRunningError(taken) from error
    except BaseException:
        stack.close()
        raise
    return stack


def _folder_lock(data_dir: Path) -> FileLock:
    return _lock(data_dir / "daemon.lock")


def _lock(path: Path) -> FileLock:
    return FileLock(path, timeout=0, thread_local=False, mode=OPEN_FILE)
