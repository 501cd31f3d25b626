"""RULE-006 TradeFrequencyLimit: a pause after too many trades in a minute, an hour or a session.

Watches: orders that open, add to or reverse a position (or every order, or every fill), by the
time the exchange gives them. A session runs from one daily reset to the next. The guard's own
closes and voided fills never count.

Acts: on one trade more than a limit. A cooldown starts: entry orders are cancelled and new exposure
is closed, while open positions and their stops stay and may be reduced or closed. Too many trades
in a session lock at least until the next reset. Only an entry whose order was made after the lock
was set makes the lock longer.

Cannot: undo the trade that was one too many: its position stays, unless
`close_positions_on_breach` is set. Nothing but a new trade starts or extends the pause: no restart
and no late news of old trades. While the day's trades cannot be read, more may have been made than
are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from risk_manager.config.base import Pause
from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CeilingPolicy,
    Decision,
    Flatten,
    LockOut,
    Reading,
    Remember,
    Verdict,
)
from risk_manager.domain.distance import Left, NextOrder, Unit, left, nearest
from risk_manager.domain.events import DayReset, Event, TradeExecuted
from risk_manager.domain.ids import ACCOUNT_SCOPE, RuleId
from risk_manager.domain.locks import LockKind, Lockout
from risk_manager.domain.positions import Trade
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule
from risk_manager.rules.trade_frequency_config import TradeFrequencyLimitConfig
from risk_manager.utils.messages import trade_count_reason

CREATED_AFTER = timedelta(seconds=1)
"""An order is surely newer than a lock when the exchange made it so much later: two clocks."""
DURATIONS = "durations"
"""Memory: the cooldowns that caused the lock in force, e.g. `60s until_reset`."""


@dataclass(frozen=True, slots=True)
class _Excess:
    """A window that holds too many trades, and the end it asks for."""

    until: datetime
    duration: Pause
    reason: str
    value: str
    limit: str


class TradeFrequencyLimit(Rule[TradeFrequencyLimitConfig]):
    """Pause trading when a window holds more trades than its limit."""

    rule_id: ClassVar = RuleId("RULE-006")
    section: ClassVar = "trade_frequency_limit"
    title: ClassVar = "Trade frequency limit"
    config_model: ClassVar = TradeFrequencyLimitConfig
    listens_to: ClassVar = (TradeExecuted, DayReset)

    @property
    def count_by(self) -> str:
        """As the section says."""
        return self.config.count_by.value

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Count the windows that end at the newest counted trade; more than a limit is a breach."""
        if isinstance(event, TradeExecuted) and event.known and not event.trade.voided:
            return None
        if not isinstance(event, TradeExecuted) or event.trade.voided:
            return Reading(self._counted(view))
        trade = event.trade
        found = list(self._excesses(view)) if view.is_counted_anew(trade.id) else []
        lock = view.lock_of(ACCOUNT_SCOPE, self.rule_id)
        durations = {excess.duration for excess in found}
        if lock is not None and not _is_bypass(trade, lock, view):
            found = []
        elif lock is not None:
            remembered = (view.memory(self.rule_id, DURATIONS) or "").split()
            durations |= {Pause.of(text) for text in remembered}
            found += self._extensions(trade, lock, durations, view)
        if not found:
            return Reading(self._counted(view))
        worst = max(found, key=lambda excess: excess.until)
        if not self.config.cooldown_on_breach.enabled:
            return Breach(f"{worst.reason}; only logged", (), worst.value, worst.limit)
        if worst.until <= view.now:
            reason = f"{worst.reason}; its cooldown is over already"
            return Breach(reason, (), worst.value, worst.limit)
        note = Remember(DURATIONS, " ".join(sorted(map(str, durations))))
        decisions = self._decisions(worst.until, lock, view)
        return Breach(worst.reason, decisions, worst.value, worst.limit, (note,))

    def describe_limit(self) -> str:
        """The limits, e.g. `3 per minute, 50 per session`."""
        limits = self.config.limits
        given = ((limits.per_minute, "minute"), (limits.per_hour, "hour"))
        words = [f"{limit} per {window}" for limit, window in given if limit is not None]
        if limits.per_session is not None:
            words.append(f"{limits.per_session} per session")
        return ", ".join(words)

    def left(self, view: AccountView) -> Left | None:
        """Trades left in the window that is nearest to its limit, as of now."""
        counts, limits = view.trade_counts(view.now), self.config.limits
        return nearest(
            left(limit - count, Unit.TRADES, window, limit)
            for window, count, limit in (
                ("minute", counts.minute, limits.per_minute),
                ("hour", counts.hour, limits.per_hour),
                ("session", counts.session, limits.per_session),
            )
            if limit is not None
        )

    def room(self, order: NextOrder, view: AccountView) -> int | None:
        """None at all once a window is full: size does not count, only the next trade."""
        del order
        nearest_window = self.left(view)
        return 0 if nearest_window is not None and nearest_window.amount == 0 else None

    def _counted(self, view: AccountView) -> str:
        """How many trades each window holds, e.g. `2 in a minute, 5 in an hour, 9 in all`."""
        newest = view.newest_counted()
        counts = view.trade_counts(view.now if newest is None else newest.at)
        return f"{counts.minute} in a minute, {counts.hour} in an hour, {counts.session} in all"

    def _excesses(self, view: AccountView) -> Iterator[_Excess]:
        """The windows at the newest counted trade that hold more than their limit."""
        newest = view.newest_counted()
        assert newest is not None, "a trade was counted just now"
        counts, at = view.trade_counts(newest.at), newest.at
        limits, pauses = self.config.limits, self.config.cooldown_on_breach
        for window, count, limit, duration in (
            ("minute", counts.minute, limits.per_minute, pauses.per_minute_breach),
            ("hour", counts.hour, limits.per_hour, pauses.per_hour_breach),
            ("session", counts.session, limits.per_session, pauses.per_session_breach),
        ):
            if limit is None or count <= limit:
                continue
            until = _end(at, duration, view)
            if window == "session":
                until = max(until, view.reset_after(at))
            reason = trade_count_reason(count, limit, self.count_by, window)
            yield _Excess(until, duration, reason, str(count), f"{limit} per {window}")

    def _extensions(
        self, trade: Trade, lock: Lockout, durations: Iterable[Pause], view: AccountView
    ) -> list[_Excess]:
        """The ends that a bypass of the lock asks for: its time and what caused the lock."""
        return [
            _Excess(_end(trade.at, each, view), each, lock.reason, lock.value, lock.limit)
            for each in durations
        ]

    def _decisions(
        self, until: datetime, lock: Lockout | None, view: AccountView
    ) -> tuple[Decision, ...]:
        """Lock, cancel entries and, if so configured, close everything."""
        closing = self.config.close_positions_on_breach
        newest = view.newest_counted()
        cause = None if closing or lock is not None or newest is None else newest.order_id
        ceiling = CeilingPolicy.ZERO if closing else CeilingPolicy.EXPOSURE
        lock_out = LockOut(LockKind.COOLDOWN, until, ceiling=ceiling, cause_order=cause)
        return (lock_out, CancelEntries(), *((Flatten(),) if closing else ()))


def _is_bypass(trade: Trade, lock: Lockout, view: AccountView) -> bool:
    """Whether a fill under the lock is new exposure of an order made after it; in doubt not."""
    created = view.order_created_at(trade.order_id)
    if created is None or not view.opens(trade.id):
        return False
    return created > lock.set_at + CREATED_AFTER


def _end(at: datetime, duration: Pause, view: AccountView) -> datetime:
    """When a cooldown that begins at `at` ends."""
    if duration.seconds is None:
        return view.reset_after(at)
    return at + timedelta(seconds=duration.seconds)
