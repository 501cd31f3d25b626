"""Reading the log files: records with their level, the newest ones, and those still to come."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_START: Final = re.compile(rf"(\d{{4}}-\d\d-\d\dT\S+Z) ({'|'.join(LEVELS)}) ")
_ENDS_WITH_NUMBER: Final = re.compile(r"\.log\.(\d+)(?:\.gz)?$")


class Record(NamedTuple):
    """One record of one file; `text` is the line with what follows it, such as a traceback."""

    file: str
    at: str
    level: str
    text: str

    def fits(self, level: str, search: str) -> bool:
        """Whether it has this level or a worse one, and the words, whatever their case."""
        return LEVELS.index(self.level) >= LEVELS.index(level) and search in self.text.casefold()


def records(stem: str, lines: Iterable[str]) -> Iterator[Record]:
    """Put lines together to records; lines before the first record have level INFO."""
    at, level, text = "", "INFO", ""
    for line in lines:
        begins = _begin(line)
        if begins is None:
            text += f"\n{line}" if text else line
            continue
        if text:
            yield Record(stem, at, level, text)
        (at, level), text = begins, line
    if text:
        yield Record(stem, at, level, text)


def newest(folder: Path, stem: str, wanted: int, level: str, search: str) -> list[Record]:
    """Return the last `wanted` fitting records of one log, oldest first, older files included."""
    found: list[Record] = []
    for path in generations(folder, stem):
        rows = [row for row in records(stem, read_lines(path)) if row.fits(level, search)]
        found = rows + found
        if len(found) >= wanted:
            break
    return found[len(found) - wanted :] if len(found) > wanted else found


def generations(folder: Path, stem: str) -> list[Path]:
    """The files of one log, newest first."""
    numbered = {
        int(match[1]): path
        for path in folder.glob(f"{stem}.log.*")
        if (match := _ENDS_WITH_NUMBER.search(path.name)) is not None
    }
    first = folder / f"{stem}.log"
    return ([first] if first.exists() else []) + [numbered[key] for key in sorted(numbered)]


def read_lines(path: Path) -> list[str]:
    """The lines of a log file, packed or not. Raises OSError."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return content.decode(errors="replace").splitlines()


class Tail:
    """What is added to one log from now on; it goes on when the file is replaced by a new one."""

    def __init__(self, folder: Path, stem: str) -> None:
        self._path, self._stem = folder / f"{stem}.log", stem
        self._place = self._size()
        self._rest = ""

    def fresh(self) -> list[Record]:
        """The records of the lines that were completed since the last call."""
        size = self._size()
        if size < self._place:
            self._place, self._rest = 0, ""
        if size == self._place:
            return []
        with self._path.open("rb") as file:
            file.seek(self._place)
            content = file.read(size - self._place)
        self._place += len(content)
        *lines, self._rest = (self._rest + content.decode(errors="replace")).split("\n")
        return list(records(self._stem, lines))

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0


def _begin(line: str) -> tuple[str, str] | None:
    """Time and level, if a record begins with this line."""
    match = _START.match(line)
    if match is not None:
        return match[1], match[2]
    if not line.startswith('{"at": '):
        return None
    try:
        row = json.loads(line)
        return str(row["at"]), str(row["level"])
    except (ValueError, KeyError):
        return None
