"""Everything the clock brings about, and when it is due next (pure).

Wall-time questions (locks, resets, sessions) use trusted time; durations (looks, polls, jumps) use
monotonic seconds. The order within one instant is fixed: the day is reset before locks end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.feed_state import FeedState
from risk_manager.core.price_watch import PriceWatch
from risk_manager.core.unlocking import forget_unlocks
from risk_manager.domain.events import DayReset, Event, LockExpired, SessionEnded, TimerFired
from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.domain.requests import FetchContract
from risk_manager.enforcement.step import Step
from risk_manager.state.pnl_view import Market
from risk_manager.state.timer_manager import TimerManager
from risk_manager.state.writes import EndLock, PutBoundary
from risk_manager.utils.market_hours import is_globex_open

SWEEP_S = 1.0
SWEEP = "sweep"
_NEVER = datetime.max.replace(tzinfo=UTC)


class Clockwork:
    """Due times of all accounts."""

    def __init__(
        self, guards: Mapping[AccountId, AccountGuard], market: Market, feed: FeedState
    ) -> None:
        self._guards = guards
        self._market = market
        self._feed = feed
        self._timers = TimerManager()
        self._prices = PriceWatch(guards, market, feed)
        self._rule_events: dict[tuple[AccountId, str], tuple[datetime, Event]] = {}
        self._fetching: set[ContractId] = set()
        self._market_open = True
        self.on_new_day: Callable[[Step, AccountId, datetime], None] | None = None
        self.due_mono = float("-inf")
        self.day_ends = datetime.min.replace(tzinfo=UTC)

    def advance(self, step: Step) -> None:
        """Do everything that is due at the step's instants."""
        if not self._timers.is_running(SWEEP):
            self._market_open = is_globex_open(step.stamp.now)
            self._timers.start_timer(SWEEP, SWEEP_S, TimerFired(SWEEP), step.stamp.mono)
        self.reset_days(step)
        self._end_locks(step)
        self._raise_rule_events(step)
        self._confirm_prices(step)
        self._fetch_contracts(step)
        if self._timers.pop_due(step.stamp.mono) is not None:  # the sweep is the only timer here
            self._sweep(step)
        for guard in self._guards.values():
            guard.decide_late(step)
            if guard.account.pairs.needs_look(step.stamp.mono):
                guard.reconciler.want_trades(step)
            guard.reconciler.poll_if_due(step, hub_up=self._feed.is_up("user"))
            guard.enforcer.looks.emit_due(step)

    def plan_next(self, step: Step) -> None:
        """Work out when the clock is due again (monotonic)."""
        mono, now = step.stamp.mono, step.stamp.now
        dues: list[float | None] = [
            self._timers.next_due(),
            self._market.quotes.pending_confirmation(),
            self._market.contracts.next_due(),
        ]
        instants = [self._market.locks.next_due(), self.day_ends]
        for guard in self._guards.values():
            looks = guard.enforcer.looks
            dues.append(looks.next_due())
            dues.append(guard.buffer.due())
            dues.append(guard.account.pairs.next_due(mono))
            dues.append(guard.reconciler.next_hurried())
            instants.append(guard.follow_ups.next_due())
            dues.append(guard.enforcer.doubts_due())
        instants += [due for due, _ in self._rule_events.values()]
        waits = [(due - now).total_seconds() for due in instants if due is not None]
        dues += [mono + wait for wait in waits]
        self.due_mono = min(due for due in dues if due is not None)

    def forget_rules(self, account_id: AccountId) -> None:
        """The account has other rules now: what theirs asked the clock for is planned anew."""
        for key in [key for key in self._rule_events if key[0] == account_id]:
            del self._rule_events[key]

    def contract_answered(self, contract_id: ContractId) -> None:
        """A contract look-up came back, good or bad."""
        self._fetching.discard(contract_id)

    def bar_answered(self, contract_id: ContractId) -> None:
        """A bar request came back, good or bad."""
        self._prices.bar_answered(contract_id)

    def reset_days(self, step: Step) -> None:
        """Begin the new trading day of every account whose reset has come, once per boundary.

        It comes before any other event at or after the reset, so that a fill of the new day
        never meets the old day's sum.
        """
        if step.stamp.now < self.day_ends:
            return
        for guard in self._guards.values():
            account = guard.account
            boundary = account.reset.last_boundary(step.stamp.now)
            if account.boundary is not None and boundary <= account.boundary:
                continue
            account.boundary = boundary
            account.pnl.reset(boundary)
            account.counter.reset_session(boundary)
            forget_unlocks(step, account)
            self._feed.reset_blind(step.stamp.mono)
            step.writes.append(PutBoundary(account.id, boundary))
            for lock in self._market.locks.end_day_locks(account.id, step.stamp.now):
                step.writes.append(EndLock(lock.key, step.stamp.now, "daily reset"))
                step.info(account.id, f"lock {lock.key.rule_id}", f"{lock.key.rule_id} lock ended")
            if self.on_new_day is not None:
                self.on_new_day(step, account.id, boundary)
            guard.evaluate(step, DayReset(account.id, boundary))
        resets = [g.account.reset.next_reset(step.stamp.now) for g in self._guards.values()]
        self.day_ends = min(resets, default=_NEVER)

    def _end_locks(self, step: Step) -> None:
        for lock in self._market.locks.pop_due(step.stamp.now):
            key = lock.key
            step.writes.append(EndLock(key, step.stamp.now, "time is over"))
            text = f"{key.rule_id} lock on {key.scope} ended"
            step.info(key.account_id, f"lock {key.rule_id}", text)
            step.raised.append(LockExpired(key.account_id, key.scope, key.rule_id))

    def _raise_rule_events(self, step: Step) -> None:
        """Raise the events rules asked the clock for, and plan each rule's next one."""
        for guard in self._guards.values():
            if guard.follow_ups.pop_due(step.stamp.now):
                step.raised.append(TimerFired("follow-up", guard.account.id))
            for rule in guard.judge.rules:
                key = (guard.account.id, rule.section)
                planned = self._rule_events.get(key)
                if planned is not None and planned[0] > step.stamp.now:
                    continue
                if planned is not None:
                    step.raised.append(_addressed(planned[1], guard.account.id))
                self._plan_rule(key, rule.next_event(step.stamp.now))

    def _plan_rule(
        self, key: tuple[AccountId, str], upcoming: tuple[datetime, Event] | None
    ) -> None:
        if upcoming is None:
            self._rule_events.pop(key, None)
        else:
            self._rule_events[key] = upcoming

    def _confirm_prices(self, step: Step) -> None:
        for contract_id in self._market.quotes.confirm_standing(step.stamp.mono):
            for guard in self._guards.values():
                if contract_id in guard.open_contracts():
                    step.raised.append(TimerFired("price confirmed", guard.account.id))

    def _fetch_contracts(self, step: Step) -> None:
        for contract_id in self._market.contracts.due_fetches(step.stamp.mono):
            if contract_id not in self._fetching:
                self._fetching.add(contract_id)
                step.commands.append(FetchContract(step.ids.request(), contract_id))

    def _sweep(self, step: Step) -> None:
        """Once a second: what must be noticed even if no event comes."""
        self._timers.start_timer(SWEEP, SWEEP_S, TimerFired(SWEEP), step.stamp.mono)
        self._prices.watch(step)
        before, self._market_open = self._market_open, is_globex_open(step.stamp.now)
        for guard in self._guards.values():
            if self._market_open and not before:
                guard.enforcer.note_market_open(step)
            guard.enforcer.alarm_late(step)
            guard.judge.alarm_unknown(step)
            guard.reconciler.alarm_untold(step)
            if guard.account.positions.all() and any(r.needs_sweep for r in guard.judge.rules):
                step.raised.append(TimerFired(SWEEP, guard.account.id))


def _addressed(event: Event, account_id: AccountId) -> Event:
    """The event, for one account."""
    assert isinstance(event, SessionEnded | TimerFired), "what rules ask the clock for"
    return replace(event, account_id=account_id)
