"""One account under guard: state, rules and enforcement tied together (pure).

The order of every step is fixed: state first, then the lock gate, then the rules.
"""

from __future__ import annotations

from collections.abc import Callable, KeysView
from dataclasses import replace

from risk_manager.core.event_buffer import EventBuffer
from risk_manager.core.follow_ups import FollowUps
from risk_manager.core.judge import Judge
from risk_manager.core.poll_clock import PollClock
from risk_manager.core.reconcile import Reconciler
from risk_manager.domain.events import (
    Event,
    OrderChanged,
    PositionChanged,
    QuoteChanged,
    SnapshotTaken,
    Stamp,
    StateRestored,
    TimerFired,
    TradeExecuted,
)
from risk_manager.domain.ids import ContractId
from risk_manager.domain.positions import Trade
from risk_manager.domain.requests import Priority
from risk_manager.enforcement.enforcer import Enforcer
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.account_view import StateView
from risk_manager.state.effects import Effects
from risk_manager.state.pnl_view import Market
from risk_manager.state.position_book import SECOND_READ_S
from risk_manager.state.state_manager import AccountEvent, StateManager


class AccountGuard:
    """Guards one account."""

    def __init__(
        self, account: AccountState, market: Market, judge: Judge, poll: PollClock
    ) -> None:
        self.account, self.market, self.judge = account, market, judge
        self.enforcer = Enforcer(account, market)
        self.reconciler = Reconciler(account, market.locks, self.enforcer, poll)
        self.follow_ups = FollowUps(self.enforcer.looks)
        self._manager = StateManager(account, market.locks, self.enforcer.is_own_close)
        self.view = StateView(account, market, self._target_of)
        judge.view = self.view
        self.buffer = EventBuffer()
        self._root, self._proven_from = market.contracts.known_root, float("inf")
        self._recheck = self._released = False
        self._found: list[Trade] = []

    def take(self, step: Step, event: AccountEvent) -> None:
        """Apply one feed event, then gate and rules."""
        if self.buffer.is_open:
            self.buffer.add(event, step.stamp)
            return
        effects = self._apply(step, event, step.stamp)
        if isinstance(event, TradeExecuted) and event.trade not in effects.new_trades:
            event = replace(event, known=True)
        self.evaluate(step, event)

    def snapshot(
        self, step: Step, answer: SnapshotTaken, resume: Callable[[], None] = lambda: None
    ) -> None:
        """Merge a read; verify, clean up, restore. `resume` takes up an earlier run's closes."""
        self.judge.quiet.end(self.view)
        self.enforcer.looks.note_answer(step, answer)
        self.reconciler.note_answer(step, answer)
        effects = self._manager.apply_snapshot(answer, step.stamp)
        self._absorb(step, effects)
        self._found.extend(effects.new_trades)
        self.reconciler.note_missing(step, effects.missing_trades)
        self.reconciler.untold.note_found(effects.new_trades, step.stamp.mono)
        self._drain(step)
        for contract_id in self.account.touched_contracts():
            self.market.contracts.note_needed(contract_id)
        look = Look.of(answer, effects.fills_before)
        if look is None:
            self._judge_released(step)
            self._tell_waiting(step, looked=False)
            return
        first = not self.account.restored
        self.account.restored = True
        self.account.proven = look.orders_requested_mono >= self._proven_from
        resume()
        self.enforcer.on_look(step, look)
        self._judge_found(step)
        if first or effects.changed or self._recheck or self._released:
            self._recheck = self._released = False
            self.evaluate(step, StateRestored(self.account.id), looked=True)
        else:
            self.enforcer.hold_locks(step, self._root, looked=True)
            self._tell_waiting(step, looked=True)
        self.enforcer.stops.on_look(step, look)

    def _tell_waiting(self, step: Step, *, looked: bool) -> None:
        """A read is back, good or bad: ask the rules again if one waited for it."""
        if self.follow_ups.awaits_look:
            self.evaluate(step, TimerFired("look", self.account.id), looked=looked)

    def _judge_found(self, step: Step) -> None:
        """Fills first seen in a read, or held back: the rules on fills hear each of them."""
        found, self._found = self._found, []
        for trade in found if self.account.restored else ():
            self.evaluate(step, TradeExecuted(trade), looked=True)

    def _judge_released(self, step: Step) -> None:
        """A read failed and released the feed's events: they are all we have, so judge them."""
        if self._released:
            self._released = False
            self._judge_found(step)
            self.evaluate(step, StateRestored(self.account.id))

    def evaluate(self, step: Step, event: Event, *, looked: bool = False) -> None:
        """Lock gate, then the rules that listen, then the merged plan.

        The gate does not wait for broker truth: a restored lock holds from the first event on.
        """
        if type(event) is not QuoteChanged:  # a price changes no exposure
            self.judge.quiet.end(self.view, type(event))
            self.enforcer.hold_locks(step, self._root, looked=looked)
        if not self.account.restored or not self.judge.listens(event):
            return
        plan = self.judge.judge(step, event, fresh=looked)
        self.follow_ups.take(step, self.judge.follow_ups)
        if self.judge.wants_look:
            self._recheck = True
            self.enforcer.looks.want(step.stamp.mono)
        self.enforcer.execute(step, plan)
        self.judge.forget_plan()
        if plan.locks:
            self.reconciler.poll.note_lock(step.stamp.mono)
            self.enforcer.hold_locks(step, self._root, looked=looked)

    def reconcile(self, step: Step) -> None:
        """Read everything now: at start, after a reconnect, after lost events.

        The feed's events wait for the answer, so that no rule sees the steps in between. They are
        released when the first answer is in, good or bad, or after a second.
        """
        self.note_blind(step.stamp.mono)
        self.buffer.open(step.stamp.mono)
        self.reconciler.read(step, Priority.SAFETY, with_account=True)

    def note_blind(self, until: float) -> None:
        """The feed is interrupted: our picture counts again after a look requested from `until`.

        Before that no order is surely an entry, and rules without a lock look before they act.
        """
        self.account.proven, self._proven_from = False, until

    def decide_late(self, step: Step) -> None:
        """Judge events that waited for a read, and sizes that waited for fills, long enough."""
        if (due := self.buffer.due()) is not None and step.stamp.mono >= due:
            self._drain(step)
            self._judge_released(step)
        if (due := self.enforcer.doubts_due()) is not None and step.stamp.mono >= due:
            self.enforcer.hold_locks(step, self._root, looked=False)

    def open_contracts(self) -> KeysView[ContractId]:
        """The contracts with an open position."""
        return self.account.positions.contract_ids()

    def _absorb(self, step: Step, effects: Effects) -> None:
        step.writes.extend(effects.writes)
        self.enforcer.note_raised(step, effects.raised, self._root)
        if effects.look:
            self.enforcer.looks.doubt(step.stamp.mono)
        if effects.second_read:
            self.enforcer.looks.want(step.stamp.mono + SECOND_READ_S)

    def _drain(self, step: Step) -> None:
        for event, stamp in self.buffer.take():
            self._found.extend(self._apply(step, event, stamp).new_trades)
            self._released = True

    def _apply(self, step: Step, event: AccountEvent, stamp: Stamp) -> Effects:
        self.judge.quiet.end(self.view, type(event))
        effects = self._manager.apply(event, stamp)
        self._absorb(step, effects)
        if isinstance(event, PositionChanged):
            self.enforcer.note_position(step, event, stamp.received_mono)
            self.market.contracts.note_needed(event.position.contract_id)
        elif isinstance(event, TradeExecuted):
            self.reconciler.untold.note_told(event.trade.id)
        elif isinstance(event, OrderChanged):
            self.enforcer.stops.note_changed(step, event.order.contract_id)
            self.market.contracts.note_needed(event.order.contract_id)
        return effects

    def _target_of(self, contract: ContractId) -> int | None:
        return self.judge.plan.lower_target(contract, self.enforcer.target_of(contract))
