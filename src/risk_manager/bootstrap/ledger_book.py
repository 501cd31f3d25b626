"""Opens the ledger of a run, says in it how the run before ended, and closes it at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from risk_manager import __version__
from risk_manager.bootstrap.troubles import Troubles
from risk_manager.config.config_set import digest_of
from risk_manager.config.effective import LoadedConfig
from risk_manager.core.outside import Onlooker
from risk_manager.core.store_keeper import TRUSTED_INSTANT
from risk_manager.ledger.chain import Entry, LedgerError
from risk_manager.ledger.entries import Translator
from risk_manager.ledger.files import LedgerFiles
from risk_manager.ledger.folder import FOLDER, lines_backwards
from risk_manager.ledger.kinds import config_changes, crashed, last_run, started, stopped
from risk_manager.ledger.writer import LedgerTrouble, LedgerWriter
from risk_manager.state.stored_state import StoredState
from risk_manager.utils.datetime_helpers import parse_instant

_log = logging.getLogger("risk_manager.daemon")


class LedgerBook:
    """The ledger of one run. Without a usable folder the guard goes on; the status says so."""

    def __init__(self, data_dir: Path, clean: Callable[[str], str], troubles: Troubles) -> None:
        self._folder = data_dir / FOLDER
        self._clean = clean
        self._troubles = troubles
        self._began = datetime.min.replace(tzinfo=UTC)
        self.writer: LedgerWriter | None = None

    @property
    def onlookers(self) -> list[Onlooker]:
        """Who is to be told of steps: the writer, if there is one."""
        return [] if self.writer is None else [self.writer]

    def keep(
        self,
        stack: ExitStack,
        now: Callable[[], datetime],
        config: LoadedConfig,
        stored: StoredState,
    ) -> None:
        """Begin, and write the end when the stack is closed, by an error or in order."""
        self._begin(now(), config, stored)

        def end(kind: type[BaseException] | None, *_: object) -> None:
            self._end(now(), self._troubles.exit_code if kind is None else 1)

        stack.push(end)

    def _begin(self, wall: datetime, config: LoadedConfig, stored: StoredState) -> None:
        """Open the folder and write the first lines. `wall` is the machine's time: the venue's
        is not known yet, but time never goes back behind what is stored.
        """
        floor = stored.meta.get(TRUSTED_INSTANT)
        known = None if floor is None else parse_instant(floor)
        at = wall if known is None else max(wall, known)
        files = LedgerFiles(self._folder)
        try:
            found = files.open()
            before = last_run(lines_backwards(self._folder))
        except (OSError, LedgerError, ValueError) as error:
            self._troubles.note_ledger(LedgerTrouble(f"cannot be opened: {error}", 0))
            return
        for problem in found:
            _log.error("ledger: %s", problem)
        locks = [lock for lock in stored.locks if lock.is_active(at)]
        digests = {str(one): digest_of(text) for one, text in stored.active.items()}
        writer = LedgerWriter(
            files, Translator(locks, digests), self._clean, self._troubles.note_ledger
        )
        for problem in found:
            writer.note(Entry(at, "gap", {"event": "once", **problem}))
        if before is not None and not before.ended:
            since = before.last_at if known is None else max(before.last_at, known)
            writer.note(crashed(at, since))
        writer.note(started(at, __version__, config.global_.mode.value, digests))
        for entry in config_changes(at, before.config, digests) if before is not None else ():
            writer.note(entry)
        writer.start()
        self._began, self.writer = at, writer

    def _end(self, at: datetime, exit_code: int) -> None:
        """Write the last line and everything that waits."""
        if self.writer is None:
            return
        self.writer.note(stopped(max(at, self._began), exit_code))
        if not self.writer.close():
            _log.error("ledger: the disk did not take the last lines in time")
