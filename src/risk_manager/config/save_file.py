"""Writes a file whole or not at all, and reads it back: saved means seen on the disk."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from risk_manager.domain.errors import RiskManagerError


class NotSavedError(RiskManagerError):
    """The file is as it was; the text says why."""


def save_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace a file at once by `text` (UTF-8) and compare what then stands on the disk.

    The file keeps its mode; a `private` one may be read by its owner only. Raises NotSavedError.
    """
    content = text.encode()
    try:
        mode = path.stat().st_mode if path.exists() else None
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if not private:
                temporary.chmod(0o644 if mode is None else mode)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        found = path.read_bytes()
    except OSError as error:
        raise NotSavedError(f"{path.name} was not saved: {error.strerror or error}") from error
    if found != content:
        raise NotSavedError(f"{path.name} was not saved: the disk holds something else")
