"""One run of the daemon: its parts, opened in the order they are needed and closed in reverse."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TextIO

from risk_manager import __version__
from risk_manager.api.auth_calls import Credentials
from risk_manager.api.rate_limit import RequestBudget
from risk_manager.api.rest_client import RestGateway
from risk_manager.bootstrap.accounts import Resolved, resolve_accounts
from risk_manager.bootstrap.alert_desk import open_alerts
from risk_manager.bootstrap.changes import Changes, ConfigFolder
from risk_manager.bootstrap.feed_port import LiveFeed
from risk_manager.bootstrap.heartbeat import Heartbeat
from risk_manager.bootstrap.kept_accounts import keep_guarded
from risk_manager.bootstrap.ledger_book import LedgerBook
from risk_manager.bootstrap.login import FirstContact
from risk_manager.bootstrap.loop import run_loop
from risk_manager.bootstrap.maintenance import Maintenance
from risk_manager.bootstrap.publisher import Publisher, restore_budget, waiting_status
from risk_manager.bootstrap.taking_over import hand_over, take_over
from risk_manager.bootstrap.trader_desk import trader_desk
from risk_manager.bootstrap.troubles import Troubles
from risk_manager.core.assembly import Restored, build_engine
from risk_manager.core.clean_texts import TextCleaner
from risk_manager.core.daemon import Daemon
from risk_manager.core.drill import drill
from risk_manager.core.inbox import Inbox
from risk_manager.core.notice_board import NoticeBoard
from risk_manager.core.outside import Outside
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.core.store_keeper import TRUSTED_INSTANT, StoreKeeper
from risk_manager.domain.events import StoreChanged
from risk_manager.enforcement.executor import Executor
from risk_manager.ipc.endpoint import LocalEndpoint
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.journal.writer import open_journal
from risk_manager.state.persistence import Store
from risk_manager.state.stored_state import StoredState
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.datetime_helpers import format_instant, parse_instant
from risk_manager.utils.market_hours import is_globex_open
from risk_manager.utils.masking import masker
from risk_manager.utils.trusted_time import TrustedTime

HeartbeatMaker = Callable[[StatusBoard], Heartbeat]


class LiveRun:
    """Logs in, builds the engine, runs the loop, stops in order."""

    def __init__(
        self,
        folder: ConfigFolder,
        data_dir: Path,
        store: Store,
        stored: StoredState,
        out: TextIO,
        stop: threading.Event,
        budget: RequestBudget,
        heartbeat: HeartbeatMaker,
    ) -> None:
        self.folder = folder
        self.config = config = folder.loaded
        self.data_dir = data_dir
        self.stored = stored
        self.out = out
        self.stop = stop
        self.budget = budget
        self.clock = MachineClock()
        self.mask = masker(config.secrets)
        self.inbox = Inbox(self.clock.mono, clean=TextCleaner(self.mask))
        floor = stored.meta.get(TRUSTED_INSTANT)
        self.trusted = TrustedTime(floor=None if floor is None else parse_instant(floor))
        self.store = store
        self.board = StatusBoard(self.clock.mono)
        self.heartbeat = heartbeat(self.board)
        self.troubles = Troubles(stop)
        self.alerts = open_alerts(config.alerts, self.board, self.mask, stop)
        self.ledger = LedgerBook(data_dir, self.mask, self.troubles)
        if store.recovery is not None:
            self.troubles.note_recovery(store.recovery)

    def run(self, stack: ExitStack) -> int:
        """Log in, build the engine, run the loop, stop in order."""
        self.ledger.keep(stack, self._now, self.config, self.stored)
        for post in self.alerts:
            stack.enter_context(post)
        keeper = StoreKeeper(
            self.store,
            self.clock.mono,
            lambda problem: self.inbox.put(StoreChanged(problem)),
            self.troubles.note_crash,
        )
        stack.callback(lambda: hand_over(keeper, self._now()))
        endpoint = LocalEndpoint(
            self.data_dir.parent / "run", self.board, started_at=self.clock.wall(),
            version=__version__, on_crash=self.troubles.note_crash,
            desk=trader_desk(self.board, self.store.path),
        )  # fmt: skip
        endpoint.start()
        stack.callback(endpoint.stop)
        self.heartbeat.start()
        stack.callback(self.heartbeat.stop)
        gateway = RestGateway(
            self.config.topstepx.api_url,
            Credentials(
                self.config.topstepx.username, self.config.topstepx.api_key.get_secret_value()
            ),
            mono=self.clock.mono,
            deliver=self.inbox.put,
            budget=self.budget,
        )
        self._say_waiting("logging in")
        contact = FirstContact(gateway, self.inbox, self.trusted, self.clock, self._say_waiting)
        listed = contact.make(self.stop)
        if listed is None:
            return self.troubles.exit_code
        accounts = keep_guarded(
            resolve_accounts(self.config.accounts, listed), self.stored.active, listed
        )
        self.troubles.note_accounts(accounts.causes)
        restore_budget(self.budget, self.stored.meta, self.trusted, self.clock.mono())
        self.changes = Changes(
            self.folder, self.ledger, listed, accounts.watched,
            self.inbox.put, self._now, self.clock, self.troubles.stop_allowed,
        )  # fmt: skip
        endpoint.serve_commands(self.changes.handle)
        return self._guard(stack, gateway, keeper, accounts)

    def _guard(
        self, stack: ExitStack, gateway: RestGateway, keeper: StoreKeeper, accounts: Resolved
    ) -> int:
        settings, holidays = self.config.global_, self.config.holidays

        def build(stored: StoredState, before: RiskEngine | None = None) -> RiskEngine:
            return build_engine(accounts.watched, settings, holidays, Restored.of(stored), before)

        engine = build(self.stored)
        drilled = drill(accounts.watched, settings, holidays, self._now())
        records = take_over(self.stored, keeper, self._now())
        notices = NoticeBoard(records, [post.note for post in self.alerts])
        journal = open_journal(self.data_dir, self.troubles.note_journal)
        stack.callback(journal.close)
        crash = self.troubles.note_crash
        executor = Executor(gateway, self.inbox.put, crash, reached=self.store.reached)
        executor.start()
        feed = LiveFeed(
            self.config.topstepx, accounts.watched, gateway, self.inbox, self._is_break, crash
        )  # fmt: skip
        publisher = Publisher(
            self.config, self.board, notices, keeper, self.budget, self.trusted,
            self.clock, self.out, gateway.token.age_s, self.troubles.texts, accounts.unwatched,
            drilled,
        )  # fmt: skip
        outside = Outside(
            self.clock, self.trusted, self.inbox, keeper, notices, journal, executor,
            feed, publisher.publish, lambda before: build(keeper.load(), before),
            [self.changes.tickets, *self.ledger.onlookers, *self.alerts],
            self.config.logging.slow_step_s,
        )  # fmt: skip
        publisher.daemon = daemon = Daemon(engine, outside)
        self.inbox.put(self.changes.found(self.config))
        maintenance = Maintenance(self.store, self._now, self.troubles.note_maintenance)
        run_loop(daemon, executor, feed, maintenance, self.heartbeat, self.stop)
        return self.troubles.exit_code

    def _is_break(self) -> bool:
        """Whether the venue rests: a token renewal disturbs least then."""
        return not is_globex_open(self._now())

    def _now(self) -> datetime:
        return self.trusted.now(self.clock.mono()) or self.clock.wall()

    def _say_waiting(self, problem: str) -> None:
        text, at = self.mask(problem), format_instant(self.clock.wall())
        self.board.publish(waiting_status(self.config, text, at))
