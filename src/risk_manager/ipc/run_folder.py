"""The `run` folder: how the tools on this machine find the daemon.

`endpoint.json` names the port and the process, `read.token` lets every local user read the status,
`admin.token` is for the user the daemon runs as. Tokens are new at every start, so a file a killed
daemon left behind opens nothing.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

ENDPOINT_FILE = "endpoint.json"
READ_TOKEN_FILE = "read.token"  # noqa: S105 - a file name
ADMIN_TOKEN_FILE = "admin.token"  # noqa: S105 - a file name

_READABLE_BY_ALL = 0o644
_READABLE_BY_OWNER = 0o600
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class EndpointInfo:
    """Where a daemon listens. `started_at` is its start as ISO-8601 UTC text."""

    port: int
    pid: int
    started_at: str
    version: str

    @property
    def instance(self) -> str:
        """What tells this daemon from one that later has the same port or process id."""
        return f"{self.pid} {self.started_at}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The two secrets of one daemon run."""

    read: str
    admin: str


def new_tokens() -> Tokens:
    """Return two fresh tokens of 256 random bits each."""
    return Tokens(secrets.token_urlsafe(_TOKEN_BYTES), secrets.token_urlsafe(_TOKEN_BYTES))


def announce(folder: Path, info: EndpointInfo, tokens: Tokens) -> None:
    """Write the three files, each at once and whole; the endpoint's file comes last.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / ADMIN_TOKEN_FILE, tokens.admin, _READABLE_BY_OWNER)
    _replace(folder / READ_TOKEN_FILE, tokens.read, _READABLE_BY_ALL)
    _replace(folder / ENDPOINT_FILE, json.dumps(asdict(info)), _READABLE_BY_ALL)


def withdraw(folder: Path, info: EndpointInfo) -> None:
    """Remove the three files if they still are those of `info`; missing ones are no error."""
    if read_endpoint(folder) != info:
        return
    for name in (ENDPOINT_FILE, READ_TOKEN_FILE, ADMIN_TOKEN_FILE):
        (folder / name).unlink(missing_ok=True)


def read_endpoint(folder: Path) -> EndpointInfo | None:
    """Return what `endpoint.json` says, None when it is missing or damaged."""
    try:
        found = json.loads((folder / ENDPOINT_FILE).read_text(encoding="utf-8"))
        return EndpointInfo(
            port=int(found["port"]),
            pid=int(found["pid"]),
            started_at=str(found["started_at"]),
            version=str(found["version"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_token(folder: Path, name: str = READ_TOKEN_FILE) -> str | None:
    """Return the token of a file, None when it is missing or not readable."""
    try:
        return (folder / name).read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None


def _replace(path: Path, text: str, mode: int) -> None:
    """Write `text` beside `path` and move it over, so that no reader sees half a file."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        if mode == _READABLE_BY_OWNER:
            _close_on_windows(temporary)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _close_on_windows(path: Path) -> None:
    """Keep Users out while the file is still empty; mode bits say nothing there."""
    if sys.platform == "win32":
        from risk_manager.utils.windows_files import protect  # noqa: PLC0415 - needs pywin32
        from risk_manager.utils.windows_security import ADMIN_TOKEN  # noqa: PLC0415 - as above

        protect(path, ADMIN_TOKEN)
