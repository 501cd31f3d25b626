"""Fills that a read found and the feed does not tell of: then the feed is not whole (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from risk_manager.domain.ids import TradeId
from risk_manager.domain.positions import Trade

TELL_S = 5.0
"""How long the feed may take to tell of a fill that a read has shown already."""
SETTLED = timedelta(seconds=5)
"""Fills this soon after the hub was proven may belong to the time before: clocks differ."""


class UntoldTrades:
    """The fills of one account that wait to be told. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._fed_from: datetime | None = None
        self._waiting: dict[TradeId, float] = {}

    def note_fed(self, since: datetime | None) -> None:
        """The feed is whole from trusted instant `since` on; None while it is interrupted."""
        self._fed_from = since
        self._waiting.clear()

    def note_found(self, trades: Iterable[Trade], mono: float) -> None:
        """A read showed these fills first; what is older than the feed is not its business."""
        if self._fed_from is None:
            return
        begun = self._fed_from + SETTLED
        for trade in trades:
            if trade.at > begun and not trade.voided:
                self._waiting.setdefault(trade.id, mono + TELL_S)

    def note_told(self, trade_id: TradeId) -> None:
        """The feed told of a fill."""
        self._waiting.pop(trade_id, None)

    def pop_late(self, mono: float) -> list[TradeId]:
        """The fills whose time is over, each once."""
        late = [trade_id for trade_id, due in self._waiting.items() if due <= mono]
        for trade_id in late:
            del self._waiting[trade_id]
        return late
