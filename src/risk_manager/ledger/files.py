"""Appends lines to the ledger's files, goes on where the last run stopped, and repairs openly."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from risk_manager.ledger.chain import (
    FILE_KIND,
    FORMAT_VERSION,
    PRUNED_KIND,
    START,
    Entry,
    LedgerError,
    Tip,
    link,
)
from risk_manager.ledger.folder import (
    LOCK,
    file_name,
    file_numbers,
    read_head,
    read_last,
    write_head,
    write_synced,
)

MAX_BYTES: Final = 4 * 1024 * 1024
KEEP: Final = 50
"""Files kept: 200 MiB, years of an ordinary trader's days."""


class LedgerFiles:
    """The one writer of a folder. Not safe for two threads at once.

    Every file begins with a line of the kind `file`, which is part of the chain. A file that is
    full is followed by the next number; only the oldest ever goes, and a line says so.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES, keep: int = KEEP) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._keep = keep
        self._lock = FileLock(folder / LOCK, timeout=0, thread_local=False)
        self._file: FileIO | None = None
        self._number = 0
        self._size = 0
        self.tip: Tip = START

    def open(self) -> list[dict[str, Any]]:
        """Become the folder's writer; returns what was found wrong, as data of `gap` lines.

        An unfinished last line is cut off. After a damaged or missing end a new file begins, so
        that what is there stays as it is. Raises OSError, and LedgerError when another process
        writes.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout as error:
            raise LedgerError(f"another process writes the ledger in {self.folder}") from error
        try:
            return self._find_end()
        except BaseException:
            self.close()
            raise

    def append(self, entries: Sequence[Entry]) -> None:
        """Write and flush lines. Raises OSError, TypeError or ValueError with none written."""
        for entry in entries:
            link(entry, START)  # what cannot be written must not leave half a batch
        if entries and (self._file is None or self._size >= self._max_bytes):
            self._begin(entries[0].at)
        self._write(entries)

    def close(self) -> None:
        """Close the file and let another process write."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._lock.release()

    def _find_end(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        head = read_head(self.folder)
        numbers = file_numbers(self.folder)
        usable = False
        while numbers and not usable:
            path = self.folder / file_name(numbers[-1])
            last = read_last(path)
            if last.torn:
                found.append(_torn(path, last.torn))
                _cut(path, last.whole_bytes)
            if last.whole_bytes == 0:
                path.unlink()
                numbers.pop()
                continue
            if last.line is None:
                found.append({"cause": "damaged line", "file": path.name, "what": last.problem})
                break
            self.tip, usable = last.line.tip, True
        self._number = numbers[-1] if numbers else 0
        if head is None and numbers:
            found.append({"cause": "missing head"})
        if head is not None and head.seq > self.tip.seq:
            if usable or not numbers:
                missing = {"from_seq": self.tip.seq + 1, "to_seq": head.seq}
                found.append({"cause": "missing lines", **missing})
            self.tip, usable = head, False
        if usable:
            self._reopen()
        return found

    def _reopen(self) -> None:
        path = self.folder / file_name(self._number)
        self._file = FileIO(path, "ab")
        self._size = path.stat().st_size

    def _begin(self, at: datetime) -> None:
        """Open the next file with its first line, and say so when the oldest one goes."""
        number = self._number + 1
        previous = self._file
        opening = Entry(at, FILE_KIND, {"file": number, "format": FORMAT_VERSION})
        path = self.folder / file_name(number)
        self._file, old_size, self._size = FileIO(path, "xb"), self._size, 0
        try:
            self._write([opening])
        except OSError:
            self._file.close()
            path.unlink(missing_ok=True)
            self._file, self._size = previous, old_size
            raise
        if previous is not None:
            previous.close()
        self._number = number
        for old in file_numbers(self.folder)[: -self._keep]:
            self._prune(self.folder / file_name(old), at)

    def _prune(self, path: Path, at: datetime) -> None:
        """Remove a file after a line that names its end."""
        line = read_last(path).line
        said = {"last_hash": line.hash, "last_seq": line.seq} if line is not None else {}
        self._write([Entry(at, PRUNED_KIND, {"file": path.name, **said})])
        with suppress(OSError):  # somebody reads it; the next full file tries again
            path.unlink()

    def _write(self, entries: Sequence[Entry]) -> None:
        file = self._file
        if file is None or not entries:
            return
        tip, lines = self.tip, []
        for entry in entries:
            line, tip = link(entry, tip)
            lines.append(line)
        content = b"".join(line + b"\n" for line in lines)
        try:
            write_synced(file, content)
        except OSError:
            file.truncate(self._size)
            file.seek(self._size)
            raise
        self._size += len(content)
        self.tip = tip
        with suppress(OSError):  # the next lines bring it; until then it lags behind
            write_head(self.folder, tip)


def _torn(path: Path, rest: bytes) -> dict[str, Any]:
    """Return what is said of an unfinished line before it is cut off."""
    return {
        "bytes": len(rest),
        "cause": "torn line",
        "file": path.name,
        "sha256": hashlib.sha256(rest).hexdigest(),
    }


def _cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)
