"""The day's P&L over time, for the small chart: one value a minute, and the extremes (pure).

It lives in memory. After a restart the realised part is rebuilt from the day's fills; what open
positions were worth before nobody saw, so the curve says since when it holds all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from risk_manager.core.risk_engine import RiskEngine
from risk_manager.domain.ids import AccountId
from risk_manager.domain.positions import Trade
from risk_manager.utils.datetime_helpers import format_instant

MOST_POINTS: Final = 120
_MINUTE_S: Final = 60
_STEPS: Final = (1, 2, 3, 5, 10, 15)
"""Minutes per point; a day of 25 hours fits into 100 points of 15 minutes."""


class DayCurve:
    """One account's trading day. Amounts are gross USD, realised plus open."""

    def __init__(self) -> None:
        self._began: datetime | None = None
        self._watched_from: datetime | None = None
        self._minutes: dict[int, Decimal] = {}
        self._realized: dict[int, Decimal] = {}
        self._low: tuple[datetime, Decimal] | None = None
        self._high: tuple[datetime, Decimal] | None = None
        self._points: tuple[int, list[str | None]] = (-1, [])

    def note(
        self, began: datetime, now: datetime, value: Decimal | None, trades: Sequence[Trade]
    ) -> None:
        """Take the present value; None, when it is UNKNOWN, leaves a gap.

        `began` is the start of the trading day, `trades` its fills by exchange time.
        """
        if began != self._began:
            self.__init__()  # type: ignore[misc]  # a new day begins as the first one did
            self._began = began
        if value is None:
            return
        if self._watched_from is None:
            self._watched_from = now
            self._realized = _steps(began, now, trades)
        self._minutes[_minute(began, now)] = value
        if self._low is None or value < self._low[1]:
            self._low = (now, value)
        if self._high is None or value > self._high[1]:
            self._high = (now, value)

    def status(self, now: datetime) -> dict[str, Any] | None:
        """Return the curve as the status shows it; None before the first value."""
        if self._began is None or self._watched_from is None:
            return None
        minute = _minute(self._began, now)
        if self._points[0] != minute:
            self._points = (minute, self._condensed(minute))
        points = self._points[1]
        points[-1] = _text(self._minutes.get(minute)) or points[-1]
        return {
            "began_at": format_instant(self._began),
            "watched_from": format_instant(self._watched_from),
            "step_s": _step(minute) * _MINUTE_S,
            "points": points,
            "low": _extreme(self._low),
            "high": _extreme(self._high),
        }

    def _condensed(self, minute: int) -> list[str | None]:
        """The last value of each step up to a minute; None where none is known."""
        assert self._began is not None
        assert self._watched_from is not None
        step, watched = _step(minute), _minute(self._began, self._watched_from)
        values: list[Decimal | None] = [None] * (minute // step + 1)
        running = Decimal(0)
        for at in range(min(minute, watched) + 1):
            running = self._realized.get(at, running)
            values[at // step] = running
        for at, value in self._minutes.items():
            if at <= minute:
                values[at // step] = value
        return [_text(value) for value in values]


class DayCurves:
    """The curves of all accounts."""

    def __init__(self) -> None:
        self._curves: dict[AccountId, DayCurve] = {}
        self._starts: dict[AccountId, tuple[datetime, str]] = {}

    def note(self, engine: RiskEngine, rows: Sequence[dict[str, Any]], now: datetime) -> None:
        """Take what the status says of each account; add the curve, keep the start balance."""
        for row in rows:
            guard = engine.guards.get(row["id"])
            if guard is None:
                continue
            parts = (row["realized_pnl"], row["unrealized_pnl"])
            total = None if None in parts else sum(map(Decimal, parts), Decimal(0))
            curve = self._curves.setdefault(guard.account.id, DayCurve())
            began = guard.account.reset.last_boundary(now)
            curve.note(began, now, total, guard.account.pnl.trades())
            row["curve"] = curve.status(now)
            row["start_balance"] = self._start(guard.account.id, began, row["start_balance"])

    def _start(self, account_id: AccountId, began: datetime, found: str | None) -> str | None:
        """The first start balance of the day: later the balance lags behind the fills."""
        known = self._starts.get(account_id)
        if known is not None and known[0] == began:
            return known[1]
        if found is not None:
            self._starts[account_id] = (began, found)
        return found


def _minute(began: datetime, at: datetime) -> int:
    return max(0, int((at - began).total_seconds()) // _MINUTE_S)


def _step(minute: int) -> int:
    return next((step for step in _STEPS if minute // step < MOST_POINTS), _STEPS[-1])


def _steps(began: datetime, now: datetime, trades: Sequence[Trade]) -> dict[int, Decimal]:
    """The realised sum after each minute with a closing fill before `now`."""
    steps: dict[int, Decimal] = {}
    running = Decimal(0)
    for trade in trades:
        if trade.pnl is not None and not trade.voided and trade.at <= now:
            running += trade.pnl
            steps[_minute(began, trade.at)] = running
    return steps


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _extreme(found: tuple[datetime, Decimal] | None) -> dict[str, str] | None:
    return None if found is None else {"at": format_instant(found[0]), "amount": f"{found[1]:.2f}"}
