"""Keeps the database small and copied: a backup a day, and old rows go."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from risk_manager.state.backups import BackupError, is_due, make_backup
from risk_manager.state.persistence import Store, StoreError

EVERY_S = 3600.0
FIRST_AFTER_S = 20.0

_log = logging.getLogger("risk_manager.daemon")


class Maintenance:
    """A thread that looks soon after the start and then hourly whether something is due.

    `trouble` is told what keeps a backup from being made, None once one was.
    """

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        trouble: Callable[[str | None], None],
        first_after_s: float = FIRST_AFTER_S,
    ) -> None:
        self._store = store
        self._now = now
        self._trouble = trouble
        self._first_after_s = first_after_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="maintenance", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._thread.join(timeout=2.0)

    def _run(self) -> None:
        wait_s = self._first_after_s
        while not self._stopping.wait(wait_s):
            wait_s = EVERY_S
            self.work()

    def work(self) -> None:
        """Once a day: copy the database, then drop what is older than 90 days."""
        try:
            if not is_due(self._store.path, self._now()):
                return
            made = make_backup(self._store.path, self._now())
            _log.info("maintenance: backup %s", made.name)
            gone = self._store.prune(self._now())
            _log.info("maintenance: %d old rows removed", gone)
        except (BackupError, StoreError, OSError) as error:
            self._trouble(f"maintenance of the database failed: {error}")
        else:
            self._trouble(None)
