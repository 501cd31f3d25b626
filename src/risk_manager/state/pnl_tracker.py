"""MOD-005: the realised P&L of one account's trading day, by distinct trade ids.

The day begins at the boundary (the latest reset instant); a trade exactly at it belongs to the new
day. Trades are exchange facts: arrival order and repeats change nothing, and the calendar date is
never used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from risk_manager.domain.ids import OrderId, TradeId
from risk_manager.domain.money import ZERO
from risk_manager.domain.positions import Trade
from risk_manager.domain.unknown import Unknown


class TradeChange(Enum):
    """What a trade report changed."""

    NEW = "new"
    VOIDED = "voided"
    """It is voided now: subtracted if it was counted, remembered if it was not known."""
    CHANGED = "changed"
    """Known, with other values, which now count."""
    KNOWN = "known"
    OUT_OF_DAY = "out_of_day"


@dataclass(frozen=True, slots=True)
class RebuildResult:
    """How the broker's trades differed from ours.

    `missing` are non-voided trades we hold although the answer lacks them: they stay counted.
    """

    new: tuple[Trade, ...]
    changed: tuple[Trade, ...]
    missing: tuple[Trade, ...]


class PnlTracker:
    """Trades of the trading day and their sums, kept up to date in O(1) per trade."""

    def __init__(self) -> None:
        self._boundary: datetime | None = None
        self._trades: dict[TradeId, Trade] = {}
        self._in_order: tuple[Trade, ...] | None = None
        self._gross = ZERO
        self._costs = ZERO
        self._restored = False
        self._rebuilt = False

    @property
    def boundary(self) -> datetime | None:
        """Start of the trading day (aware UTC); None before the first reset or restore."""
        return self._boundary

    @property
    def is_verified(self) -> bool:
        """Whether the whole day was read from the broker in this run."""
        return self._rebuilt

    def trade(self, trade_id: TradeId) -> Trade | None:
        """Return a trade of the day as it counts now, voided ones included."""
        return self._trades.get(trade_id)

    def trades(self) -> tuple[Trade, ...]:
        """Return the trades of the day, voided ones included, by exchange time, then id."""
        if self._in_order is None:
            rows = sorted(self._trades.values(), key=lambda trade: (trade.at, trade.id))
            self._in_order = tuple(rows)
        return self._in_order

    def of_order(self, order_id: OrderId) -> tuple[Trade, ...]:
        """Return the day's fills of one order that are not voided, by exchange time, then id."""
        fills = [t for t in self._trades.values() if t.order_id == order_id and not t.voided]
        return tuple(sorted(fills, key=lambda trade: (trade.at, trade.id)))

    def add_trade(self, trade: Trade) -> TradeChange:
        """Count a report from the hub. Idempotent; a void is final here.

        A late copy from before the void cannot bring the amount back; only `rebuild_day` can.
        """
        known = self._trades.get(trade.id)
        if known is not None and known.voided and not trade.voided:
            return TradeChange.KNOWN
        return self._store(trade)

    def realized(self, *, net: bool) -> Decimal | Unknown:
        """Return the day's P&L in USD: gross, or net of fees and commissions.

        Unknown while the day was neither read from the broker nor restored from the store.
        """
        if not (self._rebuilt or self._restored):
            return Unknown("today's trades have not been read yet")
        return self._gross - self._costs if net else self._gross

    def rebuild_day(
        self, boundary: datetime, trades: Iterable[Trade], since: datetime | None = None
    ) -> RebuildResult:
        """Merge the broker's trades by id; its values win, nothing known is dropped.

        `since` (default: the boundary) is the start of the answer: an answer that covers only
        the newest trades neither verifies the day nor reports older trades as missing.
        Raises ValueError if `boundary` lies before the present one.
        """
        self.reset(boundary)
        since = boundary if since is None else since
        answered = {trade.id: trade for trade in trades if trade.at >= boundary}
        missing = tuple(
            trade
            for trade in self.trades()
            if trade.at >= since and not trade.voided and trade.id not in answered
        )
        changes = [(trade, self._store(trade)) for trade in answered.values()]
        self._rebuilt = self._rebuilt or since <= boundary
        new = tuple(trade for trade, change in changes if change is TradeChange.NEW)
        other = (TradeChange.CHANGED, TradeChange.VOIDED)
        return RebuildResult(new, tuple(t for t, change in changes if change in other), missing)

    def reset(self, boundary: datetime) -> None:
        """Begin the trading day that starts at `boundary` (aware UTC); the same one: no effect.

        Trades already seen at or after it stay. A sum that was only restored belongs to the old
        day, so the new one is Unknown until it is read. Raises ValueError for an earlier boundary.
        """
        if self._boundary is not None and boundary < self._boundary:
            raise ValueError(f"the trading day cannot go back from {self._boundary} to {boundary}")
        if boundary == self._boundary:
            return
        self._boundary = boundary
        self._restored = False
        kept = [trade for trade in self._trades.values() if trade.at >= boundary]
        self._trades.clear()
        self._in_order = None
        self._gross = self._costs = ZERO
        for trade in kept:
            self._store(trade)

    def restore(self, boundary: datetime, trades: Iterable[Trade]) -> None:
        """Take over the stored trades of the day that starts at `boundary`.

        Raises ValueError if `boundary` lies before the present one.
        """
        self.reset(boundary)
        for trade in trades:
            self.add_trade(trade)
        self._restored = True

    def _store(self, trade: Trade) -> TradeChange:
        if self._boundary is not None and trade.at < self._boundary:
            return TradeChange.OUT_OF_DAY
        known = self._trades.get(trade.id)
        if known == trade:
            return TradeChange.KNOWN
        if known is not None:
            self._count(known, -1)
        self._trades[trade.id] = trade
        self._in_order = None
        self._count(trade, 1)
        if trade.voided:
            return TradeChange.VOIDED
        return TradeChange.NEW if known is None else TradeChange.CHANGED

    def _count(self, trade: Trade, sign: int) -> None:
        if trade.voided:
            return
        if trade.pnl is not None:
            self._gross += sign * trade.pnl
        self._costs += sign * (trade.fees + trade.commissions)
