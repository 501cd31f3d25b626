"""Everything the loop touches beyond the engine."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from risk_manager.core.inbox import Inbox
from risk_manager.core.notice_board import NoticeBoard
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.core.store_keeper import StoreKeeper
from risk_manager.domain.events import Event, Stamp
from risk_manager.domain.ports import Feed
from risk_manager.enforcement.executor import Executor
from risk_manager.enforcement.step import Step
from risk_manager.utils.clock import Clock
from risk_manager.utils.trusted_time import TrustedTime


class Recorder(Protocol):
    """Where every event goes with its stamp before it is stepped: the journal."""

    def record(self, stamp: Stamp, event: Event) -> None:
        """Take one event; never blocks, never raises."""
        ...


class Onlooker(Protocol):
    """Who is told what a step brought about, after its requests have left: ledger, alerts."""

    def saw(self, step: Step) -> None:
        """Take note; never blocks, never raises, and leaves the step as it is."""
        ...


_log = logging.getLogger("risk_manager.daemon")


@dataclass(slots=True)
class Outside:
    """Everything the loop touches; a step longer than `slow_step_s` is logged, None for none."""

    clock: Clock
    trusted: TrustedTime
    inbox: Inbox
    keeper: StoreKeeper
    notices: NoticeBoard
    journal: Recorder
    executor: Executor
    feed: Feed
    publish: Callable[[], None]
    rebuild: Callable[[RiskEngine], RiskEngine]
    onlookers: Sequence[Onlooker] = ()
    slow_step_s: float | None = None

    def note_slow(self, event: Event, since_mono: float) -> None:
        """Log a step that began at `since_mono` and took too long."""
        took_s = self.clock.mono() - since_mono
        if self.slow_step_s is not None and took_s > self.slow_step_s:
            _log.warning("a step took %.0f ms (%s)", took_s * 1000, type(event).__name__)
