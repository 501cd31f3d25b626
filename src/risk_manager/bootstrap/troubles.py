"""Failures of threads beside the loop: a dead worker ends the daemon, a bad journal does not."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from risk_manager.journal.writer import JournalTrouble
from risk_manager.ledger.writer import LedgerTrouble
from risk_manager.state.store_files import Recovery
from risk_manager.utils.service_manager import AUTHORISED_STOP_EXIT

_log = logging.getLogger("risk_manager.daemon")


class Troubles:
    """Told from other threads. A crash sets `stop`, so that a supervisor can start anew."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._crash: BaseException | None = None
        self._may_stop = False
        self._journal: JournalTrouble | None = None
        self._ledger: LedgerTrouble | None = None
        self._recovery: str | None = None
        self._maintenance: str | None = None
        self._accounts: list[str] = []

    @property
    def exit_code(self) -> int:
        """0 for a clean stop, 1 when a thread failed, 10 for a stop the admin was allowed."""
        if self._crash is not None:
            return 1
        return AUTHORISED_STOP_EXIT if self._may_stop else 0

    def stop_allowed(self) -> None:
        """An administrator's stop is carried out: no service manager shall start us again."""
        self._may_stop = True
        self._stop.set()

    def note_crash(self, name: str, error: BaseException) -> None:
        """A thread the guard depends on ended with an error."""
        _log.critical("thread %s failed", name, exc_info=error)
        self._crash = error
        self._stop.set()

    def note_journal(self, trouble: JournalTrouble) -> None:
        """Events are missing from the journal."""
        self._journal = trouble
        _log.error("journal: %s (%d events lost)", trouble.cause, trouble.lost)

    def note_ledger(self, trouble: LedgerTrouble) -> None:
        """Lines wait for the disk, or are missing from the ledger; or they are written again."""
        self._ledger = trouble
        if trouble.cause is None:
            _log.info("ledger: it takes lines again (%d lost)", trouble.lost)
        else:
            _log.error("ledger: %s (%d lines lost)", trouble.cause, trouble.lost)

    def note_recovery(self, recovery: Recovery) -> None:
        """The database was not usable at the start; shown for the whole run."""
        kept = "" if recovery.kept is None else f", kept as {recovery.kept.name}"
        found = (
            "no backup: earlier locks are not known"
            if recovery.backup is None
            else f"restored from {recovery.backup.name}"
        )
        if recovery.rows:
            found += f", and {recovery.rows} rows read from the broken file"
        self._recovery = f"the database was unusable at the start ({recovery.cause}){kept}; {found}"
        _log.error("%s", self._recovery)

    def note_maintenance(self, trouble: str | None) -> None:
        """What keeps the database from being backed up; None once it was."""
        if trouble is not None:
            _log.error("%s", trouble)
        self._maintenance = trouble

    def note_accounts(self, causes: Sequence[str]) -> None:
        """Enabled accounts that are not guarded, and why; shown for the whole run."""
        self._accounts = list(causes)

    def texts(self) -> list[str]:
        """Every trouble in words, for the status."""
        journal = None if self._journal is None else f"journal failing: {self._journal.cause}"
        found = (*self._accounts, self._recovery, self._maintenance, journal, self._ledger_text())
        return [text for text in found if text is not None]

    def _ledger_text(self) -> str | None:
        """A ledger that lost lines says so for the whole run."""
        trouble = self._ledger
        if trouble is None or (trouble.cause is None and not trouble.lost):
            return None
        lost = f" ({trouble.lost} lines lost)" if trouble.lost else ""
        return f"ledger failing: {trouble.cause}{lost}" if trouble.cause else f"ledger{lost}"
