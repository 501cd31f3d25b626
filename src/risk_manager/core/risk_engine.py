"""The engine: one event in, one step out (pure).

Replaying the same events with the same stamps gives the same steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.clockwork import Clockwork
from risk_manager.core.feed_handlers import FeedHandlers
from risk_manager.core.feed_state import FeedState
from risk_manager.core.intent_resumer import IntentResumer
from risk_manager.core.market_handlers import MarketHandlers
from risk_manager.domain.event_facts import account_of
from risk_manager.domain.events import (
    AccountChanged,
    ActionAnswered,
    ClockJumped,
    ConfigActivated,
    ContractFetched,
    Event,
    HubConnected,
    HubLost,
    LastBarFetched,
    OrderChanged,
    PositionChanged,
    ProtocolError,
    QuoteChanged,
    SessionEnded,
    SessionKicked,
    SnapshotTaken,
    Stamp,
    StreamLossy,
    TimerFired,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.domain.records import Intent
from risk_manager.domain.requests import WatchQuotes
from risk_manager.enforcement.step import Ids, Step
from risk_manager.state.pnl_view import Market

SPARE_S = 1.0

Handler = Callable[[Step, Event], None]


class RiskEngine:
    """All accounts of one login."""

    def __init__(
        self,
        guards: Sequence[AccountGuard],
        market: Market,
        ids: Ids,
        intents: Sequence[Intent],
        feed: FeedState,
    ) -> None:
        self.guards: Mapping[AccountId, AccountGuard] = {g.account.id: g for g in guards}
        self._priced = tuple(g for g in guards if g.judge.quiet.rules)
        self.market = market
        self.feed = feed
        self.clockwork = Clockwork(self.guards, market, self.feed)
        self.ids = ids
        self._resumer = IntentResumer(intents)
        self._watched: frozenset[ContractId] = frozenset()
        self._grown_mono = float("-inf")
        self._stale = True
        handlers = FeedHandlers(self.guards, self.feed)
        market_handlers = MarketHandlers(self.guards, market, self.clockwork)
        self._handlers: dict[type[Event], Handler] = {
            TradeExecuted: self._on_account_event,
            PositionChanged: self._on_account_event,
            OrderChanged: self._on_account_event,
            AccountChanged: self._on_account_event,
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
            TimerFired: self._on_clock,
        }

    def step(self, event: Event, stamp: Stamp) -> Step:
        """Take one event: what must leave at once. `advance` follows with the same stamp."""
        step = Step(stamp, self.ids)
        if type(event) is QuoteChanged:
            self._stale = self._stale or stamp.mono >= self.clockwork.due_mono
            if stamp.now >= self.clockwork.day_ends:
                self.clockwork.reset_days(step)
            self._on_quote(step, event)
        else:
            self._stale = True
            if stamp.now >= self.clockwork.day_ends:
                self.clockwork.reset_days(step)
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(step, event)
            else:
                self._evaluate(step, event)
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
        self.clockwork.advance(step)
        self._settle(step)
        self._watch_quotes(step)
        self.clockwork.plan_next(step)
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
        assert isinstance(event, (TradeExecuted, PositionChanged, OrderChanged, AccountChanged))
        self.feed.heard_mono["user"] = step.stamp.received_mono
        for guard in self._guards_of(account_of(event)):
            guard.take(step, event)

    def _on_quote(self, step: Step, event: Event) -> None:
        assert isinstance(event, QuoteChanged)
        self.feed.heard_mono["market"] = step.stamp.received_mono
        if not self.market.quotes.update(event, step.stamp.received_mono):
            return
        contract_id, stamp = event.contract_id, step.stamp
        for guard in self._priced:
            if contract_id not in guard.open_contracts():
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
            guard.snapshot(step, event)
            self._resumer.resume(step, guard)
            if guard.account.restored and not known_before:
                # The configuration of this run counts from here on.
                step.raised.append(ConfigActivated(guard.account.id))

    def _on_clock(self, step: Step, event: Event) -> None:
        """The loop's own tick: the clockwork does the rest."""

    def _watch_quotes(self, step: Step) -> None:
        """Ask for the quotes of every held contract at once, and drop the others a second later."""
        wanted = frozenset(c for guard in self.guards.values() for c in guard.open_contracts())
        mono = step.stamp.mono
        if not wanted <= self._watched:
            self._watched |= wanted
            self._grown_mono = mono
        elif wanted != self._watched and mono - self._grown_mono >= SPARE_S:
            self._watched = wanted
        else:
            return
        step.commands.append(WatchQuotes(self._watched))
