"""A line from another process than the daemon, while that is away: a wrong password, say."""

from __future__ import annotations

from pathlib import Path

from risk_manager.ledger.chain import Entry, LedgerError
from risk_manager.ledger.files import LedgerFiles


def append_alone(folder: Path, entry: Entry) -> bool:
    """Write one entry from a process that is not the daemon; False while the daemon writes.

    What is found wrong with the folder is written, too. Raises OSError.
    """
    files = LedgerFiles(folder)
    try:
        found = files.open()
    except LedgerError:
        return False
    try:
        gaps = [Entry(entry.at, "gap", {"event": "once", **problem}) for problem in found]
        files.append([*gaps, entry])
    finally:
        files.close()
    return True
