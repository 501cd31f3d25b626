"""MOD-008: how many trades one account made in the last minute, hour and session.

Counts are over distinct trade ids at their exchange time; arrival time is never used. Windows end
at an instant t: minute (t - 60 s, t], hour (t - 3600 s, t], session [session start, t]; none
reaches behind the session start.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from risk_manager.domain.counts import TradeCounts
from risk_manager.domain.ids import OrderId, TradeId
from risk_manager.domain.positions import Trade

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


class CountBy(StrEnum):
    """What counts as one trade.

    ENTRY: an order with an opening, adding or reversing fill, at its first such fill. ORDER: an
    order with a fill, at its first fill. EXECUTION: each fill.
    """

    ENTRY = "entry"
    ORDER = "order"
    EXECUTION = "execution"


@dataclass(frozen=True, slots=True)
class _Row:
    trade: Trade
    opens: bool
    own_close: bool


class TradeCounter:
    """The counted fills of the session that starts at `session_start` (aware UTC)."""

    def __init__(self, count_by: CountBy, session_start: datetime) -> None:
        self._count_by = count_by
        self._session_start = session_start
        self._rows: dict[TradeId, _Row] = {}
        self._voided: set[TradeId] = set()
        self._units: dict[int, dict[TradeId, datetime]] = {}
        self._times: list[datetime] = []

    @property
    def session_start(self) -> datetime:
        """The last reset: no window reaches behind it."""
        return self._session_start

    @property
    def newest(self) -> datetime | None:
        """Exchange time of the newest counted trade, None without one."""
        return self._times[-1] if self._times else None

    def record_trade(self, trade: Trade, *, opens: bool, own_close: bool) -> TradeCounts:
        """Record a fill; return the counts of the windows that end at the newest counted trade.

        `opens` says whether it opened, added to or reversed exposure; fills of an `own_close`
        never count. Idempotent by trade id; other flags for a known id replace the earlier ones.
        A fill from before the session start is not recorded.
        """
        if trade.voided:
            self.void(trade.id)
        elif trade.at >= self._session_start and trade.id not in self._voided:
            self._drop(trade.id)
            self._rows[trade.id] = _Row(trade, opens, own_close)
            self._add(self._rows[trade.id])
        return self.counts(self.newest or self._session_start)

    def void(self, trade_id: TradeId) -> None:
        """Take a fill out for good; a later copy of it does not count either."""
        self._drop(trade_id)
        self._voided.add(trade_id)

    def counts(self, at: datetime) -> TradeCounts:
        """Return the counts of the windows that end at `at` (aware UTC), inclusive."""
        end = bisect_right(self._times, at)
        return TradeCounts(
            end - min(end, bisect_right(self._times, at - _MINUTE)),
            end - min(end, bisect_right(self._times, at - _HOUR)),
            end,
        )

    def has_reversed(self, order_id: OrderId) -> bool:
        """Return whether fills of one order both closed and opened exposure in this session."""
        fills = [row for row in self._rows.values() if row.trade.order_id == order_id]
        return any(row.opens for row in fills) and any(row.trade.pnl is not None for row in fills)

    def reset_session(self, boundary: datetime) -> None:
        """Begin the session that starts at `boundary`; fills at or after it stay counted."""
        self._session_start = boundary
        self._rows = {i: row for i, row in self._rows.items() if row.trade.at >= boundary}
        self._recount()

    def set_count_by(self, count_by: CountBy) -> None:
        """Count the same fills another way."""
        self._count_by = count_by
        self._recount()

    def _recount(self) -> None:
        self._units.clear()
        self._times.clear()
        for row in self._rows.values():
            self._add(row)

    def _key(self, row: _Row) -> TradeId | OrderId | None:
        """Return what the fill counts under, None if it does not count."""
        if row.own_close:
            return None
        if self._count_by is CountBy.EXECUTION:
            return row.trade.id
        if self._count_by is CountBy.ENTRY and not row.opens:
            return None
        return row.trade.order_id

    def _add(self, row: _Row) -> None:
        key = self._key(row)
        if key is not None:
            unit = self._units.setdefault(key, {})
            before = min(unit.values(), default=None)
            unit[row.trade.id] = row.trade.at
            self._move(before, min(unit.values()))

    def _drop(self, trade_id: TradeId) -> None:
        row = self._rows.pop(trade_id, None)
        key = None if row is None else self._key(row)
        if key is not None:
            unit = self._units[key]
            before = min(unit.values())
            del unit[trade_id]
            self._move(before, min(unit.values(), default=None))

    def _move(self, before: datetime | None, after: datetime | None) -> None:
        """Move one counted trade in time; None is "not counted"."""
        if before == after:
            return
        if before is not None:
            del self._times[bisect_left(self._times, before)]
        if after is not None:
            insort(self._times, after)
