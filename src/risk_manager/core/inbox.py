"""The bounded inbox: many threads put, one loop takes.

What the user hub tells goes first: quotes and the answers to what we asked for ourselves wait
behind it, for at most twenty milliseconds. Each of the two groups keeps its order.

Quotes that wait are merged field by field, so that the newest of each field counts and none is
lost. User events are never merged or reordered. When the loop is so far behind that the bound is
reached, a hub's trades, positions, orders and accounts are dropped, counted, and a full reconcile
is asked for: nothing blocks. What a hub says of itself always goes in: no read could bring it back.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import Empty, SimpleQueue

from risk_manager.domain.events import (
    AccountChanged,
    Event,
    OrderChanged,
    PositionChanged,
    QuoteChanged,
    StreamLossy,
    TradeExecuted,
)
from risk_manager.domain.ids import ContractId

CAPACITY = 20_000
PATIENCE_S = 0.02
_DROPPABLE = frozenset({TradeExecuted, PositionChanged, OrderChanged, AccountChanged})
"""Events whose content a read of broker truth gives as well."""


class Inbox:
    """Events with the monotonic second of their arrival, each as `clean` returns it."""

    def __init__(
        self,
        mono: Callable[[], float],
        capacity: int = CAPACITY,
        *,
        clean: Callable[[Event], Event] = lambda event: event,
    ) -> None:
        self._mono = mono
        self._clean = clean
        self._capacity = capacity
        self._queue: SimpleQueue[tuple[Event | ContractId | None, float, bool]] = SimpleQueue()
        self._second: deque[tuple[Event | ContractId | None, float]] = deque()  # the loop's own
        self._quotes: dict[ContractId, QuoteChanged] = {}
        self._lock = threading.Lock()
        self._dropped: dict[str, int] = {}

    @property
    def depth(self) -> int:
        """How many entries wait."""
        return self._queue.qsize() + len(self._second)

    def put(self, event: Event) -> None:
        """Put an event of our own (answers, admin): never dropped."""
        self._queue.put((self._clean(event), self._mono(), True))

    def port(self, hub: str) -> Callable[[Event], None]:
        """Where a hub's thread puts its events."""

        def deliver(event: Event) -> None:
            if type(event) is QuoteChanged:
                self._put_quote(event)
            elif type(event) in _DROPPABLE and self._queue.qsize() >= self._capacity:
                with self._lock:
                    self._dropped[hub] = self._dropped.get(hub, 0) + 1
            else:
                self._queue.put((self._clean(event), self._mono(), False))

        return deliver

    def wake_at(self, stop: threading.Event) -> None:
        """Let a waiting `get` return once `stop` is set, whatever its time.

        CPython's queue waits for ever when its time runs out while a signal handler runs, and a
        signal is what sets `stop`: a quiet daemon would then not hear that it shall end.
        """

        def wake() -> None:
            stop.wait()
            self._queue.put((None, self._mono(), False))

        threading.Thread(target=wake, name="stop", daemon=True).start()

    def get(self, timeout_s: float) -> tuple[Event, float] | None:
        """Take the next event, None when the time is over or it is time to stop."""
        if self._dropped and self._queue.qsize() < self._capacity // 2:
            return self._report_drop(), self._mono()
        if self._second and self._mono() - self._second[0][1] >= PATIENCE_S:
            return self._opened(*self._second.popleft())
        while True:
            try:
                waits = timeout_s > 0 and not self._second
                item, received, is_second = self._queue.get(waits, timeout_s if waits else None)
            except Empty:
                return self._opened(*self._second.popleft()) if self._second else None
            if not is_second:
                return self._opened(item, received)
            self._second.append((item, received))

    def _opened(
        self, item: Event | ContractId | None, received: float
    ) -> tuple[Event, float] | None:
        if isinstance(item, str):
            with self._lock:
                return self._quotes.pop(item), received
        return None if item is None else (item, received)

    def _put_quote(self, quote: QuoteChanged) -> None:
        with self._lock:
            waiting = self._quotes.get(quote.contract_id)
            self._quotes[quote.contract_id] = quote if waiting is None else merged(waiting, quote)
        if waiting is None:
            self._queue.put((quote.contract_id, self._mono(), True))

    def _report_drop(self) -> StreamLossy:
        with self._lock:
            hub, count = self._dropped.popitem()
        return StreamLossy(hub, count)


def merged(old: QuoteChanged, new: QuoteChanged) -> QuoteChanged:
    """Two partial quotes of one contract: a present field replaces, a missing one stays."""
    return QuoteChanged(
        contract_id=new.contract_id,
        last=old.last if new.last is None else new.last,
        bid=old.bid if new.bid is None else new.bid,
        ask=old.ask if new.ask is None else new.ask,
        at=old.at if new.at is None else new.at,
    )
