"""The ledger's folder: numbered files, the head beside them, and one writer at a time."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from risk_manager.ledger.chain import LedgerError, Line, Tip, canonical, read_line

FOLDER: Final = "ledger"
"""Below the data folder."""
HEAD: Final = "head.json"
LOCK: Final = "writer.lock"
_NAME: Final = re.compile(r"ledger-(\d{6})\.jsonl")


class LastFile(NamedTuple):
    """What stands at the end of the newest file.

    `torn` are the bytes of an unfinished last line; `line` is the last whole one, None when there
    is none or when it is damaged, which `problem` says.
    """

    whole_bytes: int
    torn: bytes
    line: Line | None
    problem: str | None


def file_name(number: int) -> str:
    """Return the name of the file with a number; numbers count from 1 and never come back."""
    return f"ledger-{number:06d}.jsonl"


def file_numbers(folder: Path) -> list[int]:
    """Return the numbers of the files that exist, ascending."""
    if not folder.is_dir():
        return []
    found = (_NAME.fullmatch(path.name) for path in folder.iterdir())
    return sorted(int(match[1]) for match in found if match is not None)


def read_head(folder: Path) -> Tip | None:
    """Return what the head names as the last line, None when there is no readable head."""
    try:
        value = json.loads((folder / HEAD).read_bytes())
        return Tip(int(value["seq"]), str(value["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_head(folder: Path, tip: Tip) -> None:
    """Replace the head as a whole. Raises OSError."""
    fresh = folder / f"{HEAD}.new"
    with FileIO(fresh, "wb") as file:
        write_synced(file, canonical({"hash": tip.hash, "seq": tip.seq}) + b"\n")
    fresh.replace(folder / HEAD)


def read_last(path: Path) -> LastFile:
    """Look at the end of a file. Raises OSError."""
    content = path.read_bytes()
    whole_bytes = content.rfind(b"\n") + 1
    torn = content[whole_bytes:]
    if whole_bytes == 0:
        return LastFile(0, torn, None, None)
    last = content[:whole_bytes].rsplit(b"\n", 2)[-2]
    try:
        return LastFile(whole_bytes, torn, read_line(last), None)
    except LedgerError as error:
        return LastFile(whole_bytes, torn, None, str(error))


def lines_backwards(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines from the newest on, as far as they are JSON; for looking something up."""
    for number in reversed(file_numbers(folder)):
        for raw in reversed((folder / file_name(number)).read_bytes().splitlines()):
            try:
                value = json.loads(raw)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


def write_synced(file: FileIO, content: bytes) -> None:
    """Write everything and flush it to the disk, or raise OSError.

    A full disk may take a part without complaint.
    """
    written = file.write(content)
    if written != len(content):
        raise OSError(f"only {written} of {len(content)} bytes were written")
    os.fsync(file.fileno())
