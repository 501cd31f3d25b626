"""Publishes the status, notices readiness, and stores what is written on the clock."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

import msgspec

from risk_manager import __version__
from risk_manager.api.rate_limit import BudgetWindow, RequestBudget
from risk_manager.config.effective import LoadedConfig
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.daemon import Daemon
from risk_manager.core.day_curve import DayCurves
from risk_manager.core.health import Trouble
from risk_manager.core.notice_board import NoticeBoard
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.core.run_status import Run
from risk_manager.core.status import TIER_DEVELOPMENT, Facts, build_status, encode_status, mode_of
from risk_manager.core.store_keeper import StoreKeeper
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import AccountId
from risk_manager.ipc.status_board import StatusBoard
from risk_manager.state.writes import PutMeta
from risk_manager.utils.clock import Clock
from risk_manager.utils.trusted_time import TrustedTime

BUDGET_EVERY_S = 5.0
BUDGET = "request_budget"

_log = logging.getLogger("risk_manager.daemon")


@dataclass(slots=True)
class Publisher:
    """Called by the loop; `daemon` is set once the loop exists.

    `drilled` is how many rules, of all accounts together, answered the drill.
    """

    config: LoadedConfig
    board: StatusBoard
    notices: NoticeBoard
    keeper: StoreKeeper
    budget: RequestBudget
    trusted: TrustedTime
    clock: Clock
    out: TextIO
    token_age_s: Callable[[], float | None]
    own_troubles: Callable[[], Sequence[str]]
    unwatched: Sequence[tuple[AccountId, str]] = ()
    drilled: int = 0
    daemon: Daemon | None = None
    ready: bool = False
    _stored_mono: float = field(default=float("-inf"))
    _started_at: datetime | None = None
    _curves: DayCurves = field(default_factory=DayCurves)

    @property
    def engine(self) -> RiskEngine:
        """The loop's engine, which may have been built anew."""
        if self.daemon is None:
            raise RuntimeError("there is no loop yet")
        return self.daemon.engine

    def publish(self) -> None:
        """Build and publish the status; print the ready line the first time it holds."""
        daemon = self.daemon
        if daemon is None:
            return
        self.board.beat()
        mono = self.clock.mono()
        stamp = Stamp(0, daemon.now(), mono, mono)
        self._started_at = self._started_at or stamp.now
        became_ready = not self.ready and self._is_ready()
        self.ready = self.ready or became_ready
        facts = Facts(
            ready=self.ready,
            trusted_clock=self.trusted.trusted,
            trouble=Trouble(
                store=self.keeper.problem,
                token=daemon.token_problem,
                own=self.own_troubles(),
                alarms=self.notices.alarms(mono),
            ),
            enforcements={
                account_id: self.notices.enforcements(account_id)
                for account_id in self.engine.guards
            },
            unwatched=self.unwatched,
            run=Run(__version__, self._started_at, self.config.holidays, self.token_age_s()),
        )
        status = build_status(self.engine, facts, stamp)
        self._curves.note(self.engine, status["accounts"], stamp.now)
        self.board.publish(encode_status(status))
        if became_ready:  # whoever reads the line finds a status that is ready, too
            self._say_ready()
        if mono - self._stored_mono >= BUDGET_EVERY_S:
            self._stored_mono = mono
            window = self.budget.snapshot(mono, stamp.now)
            text = msgspec.json.encode(window).decode()
            self.keeper.commit([PutMeta(BUDGET, text)], stamp.now)

    def _is_ready(self) -> bool:
        """Both hubs proven, broker truth read after the user hub was, the day's trades known."""
        since = self.engine.feed.up_since("user")
        return (
            since is not None
            and self.engine.feed.is_up("market")
            and all(
                guard.account.restored and guard.account.looked_mono >= since and _knows_day(guard)
                for guard in self.engine.guards.values()
            )
        )

    def _say_ready(self) -> None:
        """Print the ready line; a reader that is gone must not end the guard."""
        try:
            self.out.write(self._ready_line() + "\n")
            self.out.flush()
        except OSError as error:
            _log.warning("the ready line could not be printed: %s", error)
            # Closed, so that the unwritten line does not fail again when the process ends.
            with contextlib.suppress(OSError):
                self.out.close()

    def _ready_line(self) -> str:
        loaded = {rule.section for g in self.engine.guards.values() for rule in g.judge.rules}
        active = self.engine.configs.active.values()
        enabled = {name for one in active for name in one.enabled_rules}
        rules = sum(len(guard.judge.rules) for guard in self.engine.guards.values())
        accounts = ",".join(str(account_id) for account_id in self.engine.guards)
        clock = "trusted" if self.trusted.trusted else "untrusted"
        return (
            f"READY version={__version__} tier={TIER_DEVELOPMENT} accounts={accounts}"
            f" rules={len(loaded)}/{len(enabled)} config={self.config.short_hash}"
            f" mode={mode_of(self.engine).value} clock={clock}"
            f" drill={self.drilled}/{rules}"
        )


def _knows_day(guard: AccountGuard) -> bool:
    """Whether the day's trades were read, if a rule's value depends on them."""
    needed = any(rule.needs_day_pnl for rule in guard.judge.rules)
    return guard.account.pnl.is_verified or not needed


def restore_budget(
    budget: RequestBudget, meta: Mapping[str, str], trusted: TrustedTime, mono: float
) -> None:
    """Count the requests of the last minute before a restart: the venue counts them, too."""
    text, now = meta.get(BUDGET), trusted.now(mono)
    if text is not None and now is not None:
        budget.restore(msgspec.json.decode(text, type=BudgetWindow), mono, now)


def waiting_status(config: LoadedConfig, problem: str, at: str) -> bytes:
    """The status before the venue answered for the first time: nothing is guarded yet."""
    return msgspec.json.encode(
        {
            "schema": 1,
            "at": at,
            "age_s": 0.0,
            "status": "NOT MONITORED",
            "causes": [problem],
            "tier": TIER_DEVELOPMENT,
            "mode": config.global_.mode.value,
            "clock": "untrusted",
            "ready": False,
            "hubs": {"user": "down", "market": "down"},
            "last_reconcile_at": None,
            "blind_s_today": 0,
            "accounts": [],
        }
    )
