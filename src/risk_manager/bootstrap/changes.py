"""The way of changes into a running daemon: from the endpoint and the files to the loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from risk_manager.api.rest_client import ListedAccount
from risk_manager.bootstrap.accounts import resolve_accounts
from risk_manager.bootstrap.admin_desk import AdminDesk
from risk_manager.bootstrap.answers import Answer
from risk_manager.bootstrap.config_commands import ConfigCommands, Load
from risk_manager.bootstrap.ledger_book import LedgerBook
from risk_manager.bootstrap.tickets import Tickets
from risk_manager.config.config_set import ConfigSet
from risk_manager.config.effective import LoadedConfig
from risk_manager.config.history import History
from risk_manager.config.password import PasswordFile
from risk_manager.core.assembly import WatchedAccount
from risk_manager.domain.command_events import ConfigOffered, OfferedSet, Origin
from risk_manager.domain.events import Event
from risk_manager.ledger.kinds import wrong_password
from risk_manager.utils.clock import Clock

HISTORY: Final = "config-history"


class ConfigFolder(NamedTuple):
    """Where configuration and data stand, what was read at the start, and how to read again."""

    path: Path
    data: Path
    loaded: LoadedConfig
    load: Load


class Changes:
    """Of one run: `handle` takes administrators' requests, `tickets` brings answers back."""

    def __init__(
        self,
        folder: ConfigFolder,
        ledger: LedgerBook,
        listed: Sequence[ListedAccount],
        guarded: Sequence[WatchedAccount],
        put: Callable[[Event], None],
        now: Callable[[], datetime],
        clock: Clock,
        stop: Callable[[], None],
    ) -> None:
        self._listed = listed
        self._guarded = [item.id for item in guarded]
        self.tickets = Tickets(put, stop)
        password = PasswordFile(folder.path, clock.wall)
        history = History(folder.data / HISTORY)
        config = ConfigCommands(folder.path, self.tickets, folder.load, self._offers, history, now)
        self._now = now
        self._ledger = ledger
        self._desk = AdminDesk(password, self.tickets, config, self._note_wrong)

    def handle(self, asked: Answer) -> Answer:
        """Carry out one request; from any thread."""
        return self._desk.handle(asked)

    def found(self, config: LoadedConfig) -> ConfigOffered:
        """What the files hold at the start, to be compared with what was active before."""
        return ConfigOffered(Origin.FILE, self._offers(config))

    def _note_wrong(self, tries: int, wait_s: int) -> None:
        if self._ledger.writer is not None:
            self._ledger.writer.note(wrong_password(self._now(), tries, wait_s))

    def _offers(self, config: LoadedConfig) -> tuple[OfferedSet, ...]:
        watched = resolve_accounts(config.accounts, self._listed).watched
        texts = {item.id: ConfigSet.of(item.config, config.holidays).text for item in watched}
        # No text: the files no longer want this account to be guarded.
        return tuple(OfferedSet(one, texts.get(one, "")) for one in self._guarded)
