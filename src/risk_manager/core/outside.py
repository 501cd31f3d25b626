"""Everything the loop touches beyond the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from risk_manager.core.inbox import Inbox
from risk_manager.core.notice_board import NoticeBoard
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.core.store_keeper import StoreKeeper
from risk_manager.domain.events import Event, Stamp
from risk_manager.domain.ports import Feed
from risk_manager.enforcement.executor import Executor
from risk_manager.utils.clock import Clock
from risk_manager.utils.trusted_time import TrustedTime


class Recorder(Protocol):
    """Where every event goes with its stamp before it is stepped: the journal."""

    def record(self, stamp: Stamp, event: Event) -> None:
        """Take one event; never blocks, never raises."""
        ...


@dataclass(slots=True)
class Outside:
    """Everything the loop touches."""

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
