"""Reading a journal back, for replay and for finding out what happened."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from risk_manager.domain.events import Event, Stamp
from risk_manager.journal.codec import JournalError, check_header, decode_line


def read_journal(path: Path) -> Iterator[tuple[Stamp, Event]]:
    """Yield the stamps and events of one file, in the order they were taken.

    An unfinished last line, as a killed process leaves it, is left out. Raises JournalError, with
    the line's number, for anything else that is no journal of this format; OSError if the file
    cannot be read.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            entry = _entry(path, number, line)
            if entry is not None:
                yield entry


def _entry(path: Path, number: int, line: bytes) -> tuple[Stamp, Event] | None:
    """Decode one line; the first one is the header and gives None."""
    try:
        if number == 1:
            check_header(line)
            return None
        return decode_line(line)
    except JournalError as error:
        raise JournalError(f"{path}, line {number}: {error}") from error
