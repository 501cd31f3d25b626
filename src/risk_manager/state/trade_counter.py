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

from risk_manager.domain.counts import FillMarks, TradeCounts
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
    marks: FillMarks


_Start = tuple[datetime, TradeId]
"""When a counted trade began, and its first fill."""


def _at(start: _Start) -> datetime:
    return start[0]


class TradeCounter:
    """The counted fills of the session that starts at `session_start` (aware UTC)."""

    def __init__(self, count_by: CountBy, session_start: datetime) -> None:
        self._count_by = count_by
        self._session_start = session_start
        self._rows: dict[TradeId, _Row] = {}
        self._voided: set[TradeId] = set()
        self._units: dict[int, dict[TradeId, datetime]] = {}
        self._starts: list[_Start] = []
        self._began: set[TradeId] = set()

    @property
    def session_start(self) -> datetime:
        """The last reset: no window reaches behind it."""
        return self._session_start

    @property
    def newest(self) -> datetime | None:
        """Exchange time of the newest counted trade, None without one."""
        return self._starts[-1][0] if self._starts else None

    @property
    def newest_trade(self) -> Trade | None:
        """The first fill of the newest counted trade."""
        return self._rows[self._starts[-1][1]].trade if self._starts else None

    def marks(self, trade_id: TradeId) -> FillMarks | None:
        """What a fill of the session was recorded as, None if it was not."""
        row = self._rows.get(trade_id)
        return None if row is None else row.marks

    def has_begun(self, trade_id: TradeId) -> bool:
        """Whether the fill brought a counted trade that was not counted before."""
        return trade_id in self._began

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
            self._rows[trade.id] = row = _Row(trade, FillMarks(opens, own_close))
            key = self._key(row)
            if key is not None and not self._units.get(key):
                self._began.add(trade.id)
            self._add(row)
        return self.counts(self.newest or self._session_start)

    def void(self, trade_id: TradeId) -> None:
        """Take a fill out for good; a later copy of it does not count either."""
        self._drop(trade_id)
        self._voided.add(trade_id)

    def counts(self, at: datetime) -> TradeCounts:
        """Return the counts of the windows that end at `at` (aware UTC), inclusive."""
        end = bisect_right(self._starts, at, key=_at)
        return TradeCounts(
            end - min(end, bisect_right(self._starts, at - _MINUTE, key=_at)),
            end - min(end, bisect_right(self._starts, at - _HOUR, key=_at)),
            end,
        )

    def has_reversed(self, order_id: OrderId) -> bool:
        """Return whether fills of one order both closed and opened exposure in this session."""
        fills = [row for row in self._rows.values() if row.trade.order_id == order_id]
        return any(row.marks.opens for row in fills) and any(
            row.trade.pnl is not None for row in fills
        )

    def reset_session(self, boundary: datetime) -> None:
        """Begin the session that starts at `boundary`; fills at or after it stay counted."""
        self._session_start = boundary
        self._rows = {i: row for i, row in self._rows.items() if row.trade.at >= boundary}
        self._began &= set(self._rows)
        self._recount()

    def set_count_by(self, count_by: CountBy) -> None:
        """Count the same fills another way."""
        self._count_by = count_by
        self._recount()

    def _recount(self) -> None:
        self._units.clear()
        self._starts.clear()
        for row in self._rows.values():
            self._add(row)

    def _key(self, row: _Row) -> TradeId | OrderId | None:
        """Return what the fill counts under, None if it does not count."""
        if row.marks.own_close:
            return None
        if self._count_by is CountBy.EXECUTION:
            return row.trade.id
        if self._count_by is CountBy.ENTRY and not row.marks.opens:
            return None
        return row.trade.order_id

    def _add(self, row: _Row) -> None:
        key = self._key(row)
        if key is not None:
            unit = self._units.setdefault(key, {})
            before = _first(unit)
            unit[row.trade.id] = row.trade.at
            self._move(before, _first(unit))

    def _drop(self, trade_id: TradeId) -> None:
        row = self._rows.pop(trade_id, None)
        key = None if row is None else self._key(row)
        if key is not None:
            unit = self._units[key]
            before = _first(unit)
            del unit[trade_id]
            self._move(before, _first(unit))

    def _move(self, before: _Start | None, after: _Start | None) -> None:
        """Move one counted trade in time; None is "not counted"."""
        if before == after:
            return
        if before is not None:
            del self._starts[bisect_left(self._starts, before)]
        if after is not None:
            insort(self._starts, after)


def _first(unit: dict[TradeId, datetime]) -> _Start | None:
    return min(((at, trade_id) for trade_id, at in unit.items()), default=None)
