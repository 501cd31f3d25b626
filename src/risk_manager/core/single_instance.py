"""One daemon per data folder, and one per machine for each gateway and login.

Two daemons on one account would close the same position twice and flip it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
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
    path = data_dir / "daemon.lock"
    lock = _lock(path)
    try:
        lock.acquire()
    except Timeout as error:
        raise AlreadyRunningError(f"a daemon{_owner(path)} uses {data_dir}") from error
    return lock


def hold_locks(data_dir: Path, gateway_url: str, login: str) -> ExitStack:
    """Take both locks; closing the returned stack gives them back.

    Raises AlreadyRunningError saying which of the two is taken, and by whom. The login's
    name does not appear in any file name: it is hashed.
    """
    digest = hashlib.sha256(f"{gateway_url}\n{login.lower()}".encode()).hexdigest()[:16]
    data_dir.mkdir(parents=True, exist_ok=True)
    shared = machine_folder()
    shared.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):  # another user's daemon made it, open to all
        shared.chmod(OPEN_TO_ALL | stat.S_ISVTX)
    wanted = (
        (data_dir / "daemon.lock", f"uses the data folder {data_dir}"),
        (shared / f"{digest}.lock", f"on this machine guards this login at {gateway_url}"),
    )
    stack = ExitStack()
    try:
        for path, does in wanted:
            try:
                stack.enter_context(_lock(path))
            except Timeout as error:
                raise AlreadyRunningError(f"another daemon{_owner(path)} {does}") from error
            _say_owner(path, data_dir)
    except BaseException:
        stack.close()
        raise
    return stack


def _say_owner(path: Path, data_dir: Path) -> None:
    """Say beside the lock who has it; Windows lets nobody read the locked file itself."""
    owner = path.with_suffix(".owner")
    # The machine's folder is open to all: a link there must not lead us to another file.
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
    with suppress(OSError), os.fdopen(os.open(owner, flags, OPEN_FILE), "wb") as file:
        file.write(f"process {os.getpid()}, data folder {data_dir}".encode())
        if sys.platform != "win32":
            os.fchmod(file.fileno(), OPEN_FILE)


def _owner(path: Path) -> str:
    try:
        return f" ({path.with_suffix('.owner').read_text(encoding='utf-8')})"
    except (OSError, UnicodeDecodeError):
        return ""


def _lock(path: Path) -> FileLock:
    return FileLock(path, timeout=0, thread_local=False, mode=OPEN_FILE)
