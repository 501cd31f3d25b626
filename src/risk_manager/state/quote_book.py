"""The merged quote of one contract and the price series that follow from it.

Quotes are deltas: a missing field keeps its last value. Prices are in the contract's points,
instants monotonic seconds. Pure.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from risk_manager.config.models import PriceBasis
from risk_manager.domain.events import QuoteChanged
from risk_manager.domain.orders import Side
from risk_manager.state.jump_guard import JumpGuard

_NEVER = float("-inf")


class QuoteBook:
    """Last, bid and ask of one contract, with a guarded series for each price basis."""

    __slots__ = (
        "_ask_mono", "_bid_mono", "ask", "ask_guard", "at", "bid", "bid_guard", "last",
        "last_guard", "mid_guard", "mono",
    )  # fmt: skip

    def __init__(self) -> None:
        self.last: Decimal | None = None
        self.bid: Decimal | None = None
        self.ask: Decimal | None = None
        self.at: datetime | None = None
        self.mono = _NEVER
        self._bid_mono = _NEVER
        self._ask_mono = _NEVER
        self.last_guard = JumpGuard()
        self.mid_guard = JumpGuard()
        self.bid_guard = JumpGuard()
        self.ask_guard = JumpGuard()

    def merge(self, quote: QuoteChanged, mono: float, fraction: Decimal, book_age_s: float) -> None:
        """Merge a quote and offer every price it moves to its guard."""
        self.mono = mono
        self.at = quote.at or self.at
        last, bid, ask = quote.last, quote.bid, quote.ask
        if last is not None:
            self.last = last
        if bid is not None:
            self.bid, self._bid_mono = bid, mono
            self.bid_guard.offer(bid, fraction, mono, repeats=True)
        if ask is not None:
            self.ask, self._ask_mono = ask, mono
            self.ask_guard.offer(ask, fraction, mono, repeats=True)
        whole = bid is not None and ask is not None
        if (bid is not None or ask is not None) and self.bid is not None and self.ask is not None:
            self.mid_guard.offer((self.bid + self.ask) / 2, fraction, mono, repeats=whole)
        price, source = self._last_price(mono, book_age_s)
        if price is not None:
            repeats = whole if source is None else getattr(quote, source) is not None
            self.last_guard.offer(price, fraction, mono, repeats=repeats)

    def guard_of(self, basis: PriceBasis, side: Side) -> JumpGuard:
        """Return the series that values a position on `side`."""
        if basis is PriceBasis.LAST:
            return self.last_guard
        if basis is PriceBasis.MID:
            return self.mid_guard
        return self.bid_guard if side is Side.BUY else self.ask_guard

    def guards(self) -> tuple[JumpGuard, ...]:
        """Return all series."""
        return (self.last_guard, self.mid_guard, self.bid_guard, self.ask_guard)

    def pending_since(self) -> float | None:
        """Return since when the oldest unconfirmed jump of any series stands, None without one."""
        last, mid, bid, ask = self.last_guard, self.mid_guard, self.bid_guard, self.ask_guard
        if last.pending is mid.pending is bid.pending is ask.pending is None:
            return None
        return min(guard.since for guard in self.guards() if guard.pending is not None)

    def _last_price(self, mono: float, book_age_s: float) -> tuple[Decimal | None, str | None]:
        """Return the `last` price and the field it comes from (None: bid and ask together).

        The last price is clamped into [bid, ask] when both are known, not crossed and came within
        `book_age_s`; without a last price it is the middle.
        """
        last, bid, ask = self.last, self.bid, self.ask
        if bid is None or ask is None:
            return last, "last"
        if last is None:
            return (bid + ask) / 2, None
        oldest = min(self._bid_mono, self._ask_mono)
        if bid > ask or mono - oldest > book_age_s or bid <= last <= ask:
            return last, "last"
        return (bid, "bid") if last < bid else (ask, "ask")
