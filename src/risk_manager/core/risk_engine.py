"""The engine: one event in, one step out (pure).

Replaying the same events with the same stamps gives the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from risk_manager.config.config_set import ConfigSet
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.clockwork import Clockwork
from risk_manager.core.config_desk import ConfigDesk
from risk_manager.core.feed_handlers import FeedHandlers
from risk_manager.core.feed_state import FeedState
from risk_manager.core.intent_resumer import IntentResumer
from risk_manager.core.market_handlers import MarketHandlers
from risk_manager.core.pending_book import PendingBook
from risk_manager.core.quote_watch import QuoteWatch
from risk_manager.core.stop_desk import StopDesk
from risk_manager.core.unlocking import unlock
from risk_manager.domain.event_facts import account_of
from risk_manager.domain.events import (
    AccountChanged,
    ActionAnswered,
    ClockJumped,
    ConfigActivated,
    ConfigOffered,
    ContractFetched,
    Event,
    HubConnected,
    HubLost,
    LastBarFetched,
    OrderChanged,
    PendingCancelled,
    PositionChanged,
    ProtocolError,
    QuoteChanged,
    SessionEnded,
    SessionKicked,
    SnapshotTaken,
    Stamp,
    Started,
    StopAsked,
    StreamLossy,
    TimerFired,
    TradeExecuted,
    UnlockAsked,
)
from risk_manager.domain.ids import AccountId
from risk_manager.domain.records import Intent
from risk_manager.enforcement.step import Ids, Step
from risk_manager.state.pnl_view import Market

Handler = Callable[[Step, Event], None]
ACCOUNT_EVENTS = (TradeExecuted, PositionChanged, OrderChanged, AccountChanged)


class RiskEngine:
    """All accounts of one login."""

    def __init__(
        self,
        guards: Sequence[AccountGuard],
        market: Market,
        ids: Ids,
        intents: Sequence[Intent],
        feed: FeedState,
        sets: Mapping[AccountId, ConfigSet],
        pending: PendingBook,
    ) -> None:
        self.guards: Mapping[AccountId, AccountGuard] = {g.account.id: g for g in guards}
        self.market = market
        self.feed = feed
        self.clockwork = Clockwork(self.guards, market, self.feed)
        self.configs = ConfigDesk(self.guards, sets, pending, self.clockwork.forget_rules)
        self.clockwork.on_new_day = self.configs.mature
        self.ids = ids
        self._resumer = IntentResumer(intents)
        self._quotes = QuoteWatch(self.guards, market.quotes.forget)
        self.stops = StopDesk(self.guards)
        self._stale = True
        handlers = FeedHandlers(self.guards, self.feed)
        market_handlers = MarketHandlers(self.guards, market, self.clockwork)
        self._handlers: dict[type[Event], Handler] = {
            **dict.fromkeys(ACCOUNT_EVENTS, self._on_account_event),
            QuoteChanged: self._on_quote,
            ActionAnswered: self._on_answer,
            SnapshotTaken: self._on_snapshot,
            ContractFetched: market_handlers.on_contract,
            LastBarFetched: market_handlers.on_bar,
            HubConnected: handlers.on_hub_connected,
            HubLost: handlers.on_hub_lost,
            SessionKicked: handlers.on_kick,
            StreamLossy: handlers.on_lossy,
            ProtocolError: handlers.on_protocol_error,
            ClockJumped: handlers.on_clock_jump,
            TimerFired: lambda _step, _event: None,  # the clockwork does the rest
            Started: self._on_start,
            ConfigOffered: self.configs.command,
            PendingCancelled: self.configs.command,
            UnlockAsked: partial(unlock, self.guards),
            StopAsked: self.stops.ask,
        }

    def step(self, event: Event, stamp: Stamp) -> Step:
        """Take one event: what must leave at once. `advance` follows with the same stamp."""
        step = Step(stamp, self.ids)
        is_quote = type(event) is QuoteChanged  # a price alone makes nothing due
        self._stale = not is_quote or self._stale or stamp.mono >= self.clockwork.due_mono
        if stamp.now >= self.clockwork.day_ends:
            self.clockwork.reset_days(step)
        if is_quote:
            self._on_quote(step, event)
        else:
            self._handlers.get(type(event), self._evaluate)(step, event)
        self._settle(step)
        return step

    def advance(self, stamp: Stamp) -> Step | None:
        """What the clock brings about after a step; None when nothing can be due.

        Apart from `step` so that enforcement leaves before the bookkeeping.
        """
        if not self._stale:
            return None
        self._stale = False
        step = Step(stamp, self.ids)
        self.configs.advance(step)
        self.stops.advance(step)
        self.clockwork.advance(step)
        self._settle(step)
        self._quotes.ask(step)
        self.clockwork.plan_next(step)
        self.clockwork.due_mono = min(self.clockwork.due_mono, self.configs.next_due())
        return step

    def _settle(self, step: Step) -> None:
        """Handle what was raised within the step, in order."""
        while step.raised:
            event = step.raised.pop(0)
            fresh = isinstance(event, PositionChanged)
            self._evaluate(step, event, looked=fresh)

    def _evaluate(self, step: Step, event: Event, *, looked: bool = False) -> None:
        account_id = account_of(event)
        for guard in self._guards_of(account_id):
            if isinstance(event, SessionEnded):
                event = replace(event, account_id=guard.account.id)
            guard.evaluate(step, event, looked=looked)

    def _guards_of(self, account_id: AccountId | None) -> list[AccountGuard]:
        if account_id is None:
            return list(self.guards.values())
        guard = self.guards.get(account_id)
        return [] if guard is None else [guard]

    def _on_account_event(self, step: Step, event: Event) -> None:
        assert isinstance(event, ACCOUNT_EVENTS)
        self.feed.heard_mono["user"] = step.stamp.received_mono
        for guard in self._guards_of(account_of(event)):
            guard.take(step, event)

    def _on_quote(self, step: Step, event: Event) -> None:
        assert isinstance(event, QuoteChanged)
        self.feed.heard_mono["market"] = step.stamp.received_mono
        if not self.market.quotes.update(event, step.stamp.received_mono):
            return
        contract_id, stamp = event.contract_id, step.stamp
        for guard in self.guards.values():  # a changed configuration may bring rules for prices
            if not guard.judge.quiet.rules or contract_id not in guard.open_contracts():
                continue
            if not guard.judge.quiet.stand(stamp, event):
                guard.evaluate(step, event)
                look = guard.enforcer.looks.next_due()
                # A quote alone moves no clock; a look that it made somebody ask for is due now.
                self._stale |= look is not None and look < self.clockwork.due_mono

    def _on_answer(self, step: Step, event: Event) -> None:
        assert isinstance(event, ActionAnswered)
        for guard in self._guards_of(event.request.account_id):
            guard.enforcer.on_answer(step, event)

    def _on_snapshot(self, step: Step, event: Event) -> None:
        assert isinstance(event, SnapshotTaken)
        for guard in self._guards_of(event.request.account_id):
            known_before = guard.account.restored
            guard.snapshot(step, event, partial(self._resumer.resume, step, guard))
            if guard.account.restored and not known_before:
                # The configuration of this run counts from here on.
                step.raised.append(ConfigActivated(guard.account.id))
                self.configs.restored(step, guard.account.id)

    def _on_start(self, step: Step, event: Event) -> None:
        self.configs.start(step)
        self._evaluate(step, event)
