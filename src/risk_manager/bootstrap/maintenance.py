"""Keeps the database small: old rows go once a day, on a connection of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from risk_manager.state.persistence import Store, StoreError

EVERY_S = 24 * 3600.0
FIRST_AFTER_S = 60.0

_log = logging.getLogger("risk_manager.daemon")


class Maintenance:
    """A thread that prunes a minute after the start and then daily."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
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
        wait_s = FIRST_AFTER_S
        while not self._stopping.wait(wait_s):
            wait_s = EVERY_S
            try:
                gone = self._store.prune(self._now())
            except StoreError as error:
                _log.error("%s", error)
            else:
                _log.info("maintenance: %d old rows removed", gone)
