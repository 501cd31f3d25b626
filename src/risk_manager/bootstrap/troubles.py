"""Failures of threads beside the loop: a dead worker ends the daemon, a bad journal does not."""

from __future__ import annotations

import logging
import threading

from risk_manager.journal.writer import JournalTrouble

_log = logging.getLogger("risk_manager.daemon")


class Troubles:
    """Told from other threads. A crash sets `stop`, so that a supervisor can start anew."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._crash: BaseException | None = None
        self._journal: JournalTrouble | None = None

    @property
    def exit_code(self) -> int:
        """0 for a clean stop, 1 when a thread failed."""
        return 0 if self._crash is None else 1

    def note_crash(self, name: str, error: BaseException) -> None:
        """A thread the guard depends on ended with an error."""
        _log.critical("thread %s failed", name, exc_info=error)
        self._crash = error
        self._stop.set()

    def note_journal(self, trouble: JournalTrouble) -> None:
        """Events are missing from the journal."""
        self._journal = trouble
        _log.error("journal: %s (%d events lost)", trouble.cause, trouble.lost)

    def journal_text(self) -> str | None:
        """The journal's trouble in words."""
        return None if self._journal is None else self._journal.cause
