"""Defects that real guards had, each planted into the engine by a patch for one test: acts."""

from __future__ import annotations

import pytest

from risk_manager.core import lock_setter
from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.feed_handlers import FeedHandlers
from risk_manager.core.poll_clock import PollClock
from risk_manager.domain.events import PositionChanged
from risk_manager.enforcement import confirm, contract_desk, gate
from risk_manager.enforcement.confirm import Confirmer
from risk_manager.enforcement.contract_action import ContractAction
from risk_manager.enforcement.contract_desk import ContractDesk
from risk_manager.enforcement.gate import LockGate
from risk_manager.enforcement.trim import Cut
from risk_manager.rules.max_contracts import MaxContracts
from risk_manager.state import pnl_view
from risk_manager.state.account_view import StateView
from risk_manager.state.open_pnl import PairMonitor
from risk_manager.state.writes import PutMeta

Patch = pytest.MonkeyPatch


def lost_lock(patch: Patch) -> None:
    """A lock is set in memory and never stored."""
    patch.setattr(lock_setter, "PutLock", lambda lock: PutMeta("lock", lock.reason))


def double_close(patch: Patch) -> None:
    """Nobody looks for an own close that is still on its way to a fill."""
    patch.setattr(confirm, "may_be_own", lambda *_args: False)
    patch.setattr(ContractAction, "is_closing_order", lambda *_args: False)
    patch.setattr(ContractAction, "pause", lambda _self: 0.0)


def stop_cancelled_early(patch: Patch) -> None:
    """Every stop of a kept position counts as surplus."""

    def all_stops(position, orders):
        stops = [order for order in orders if order.is_stop and order.side != position.side]
        return [Cut(order, 0) for order in stops]

    patch.setattr(gate, "surplus_cuts", all_stops)


def event_filter(patch: Patch) -> None:
    """Position events that come within five seconds of another are taken for repeats."""
    take = AccountGuard.take
    last: dict[object, float] = {}

    def filtered(self, step, event):
        if isinstance(event, PositionChanged):
            key = (id(self), event.position.contract_id)
            if step.stamp.mono - last.get(key, -9.0) < 5.0:
                return
            last[key] = step.stamp.mono
        take(self, step, event)

    patch.setattr(AccountGuard, "take", filtered)


def swallowed_exception(patch: Patch) -> None:
    """A rule fails on the sizes that matter, and nobody hears of it."""
    check = MaxContracts.check

    def fails(self, event, view):
        verdict = check(self, event, view)
        return None if getattr(verdict, "decisions", ()) else verdict

    patch.setattr(MaxContracts, "check", fails)


def skipped_reconcile(patch: Patch) -> None:
    """After a reconnect nothing is read, and the clock reads once in ten minutes."""
    on_hub = FeedHandlers.on_hub_connected

    def only_the_first(self, step, event):
        for guard in self._guards.values():
            if guard.account.restored:
                self._feed.connected(event.hub, step.stamp.mono)
                return
        on_hub(self, step, event)

    due = PollClock.due
    patch.setattr(FeedHandlers, "on_hub_connected", only_the_first)
    patch.setattr(PollClock, "due", lambda self, mono, **kinds: due(self, mono, **kinds) + 600.0)
    patch.setattr(PollClock, "soon", property(lambda _self: None))


def close_repeated_without_a_look(patch: Patch) -> None:
    """A close whose answer is lost is sent again at once."""
    on_answer = ContractDesk.on_answer

    def again(self, step, answer):
        action = self._by_request.get(answer.request.request_id)
        found = on_answer(self, step, answer)
        if action is not None and answer.failure == "timeout":
            self.send(step, action, 0)
        return found

    patch.setattr(ContractDesk, "on_answer", again)


def loss_counted_twice(patch: Patch) -> None:
    """A closing fill and its still open position both count."""
    patch.setattr(pnl_view, "consistent_size", lambda reported, _by_fills: reported)
    patch.setattr(PairMonitor, "is_unknown", lambda *_args: False)


def reduction_decided_twice(patch: Patch) -> None:
    """A rule does not see what is planned already: the excess goes in two contracts."""

    def ignoring_pending(self, contract_id):
        position = self.position(contract_id)
        return 0 if position is None else position.size

    patch.setattr(StateView, "size_after_pending", ignoring_pending)


def gate_looks_away(patch: Patch) -> None:
    """A locked account is only skipped."""
    patch.setattr(LockGate, "_hold_exposure", lambda *_args: None)


def gate_is_slow(patch: Patch) -> None:
    """The gate acts on looks only."""
    hold = LockGate.hold

    def on_looks_only(self, step, root_of, *, looked):
        if looked:
            hold(self, step, root_of, looked=looked)

    patch.setattr(LockGate, "hold", on_looks_only)


def intents_are_not_stored(patch: Patch) -> None:
    """The close leaves before anybody could know of it after a crash."""
    patch.setattr(contract_desk, "PutIntent", lambda intent: PutMeta("intent", str(intent.id)))


def one_look_too_little(patch: Patch) -> None:
    """Success of the call counts as success."""

    def done_on_answer(self, step, answer):
        action = self._by_request.pop(answer.request.request_id, None)
        if action is None:
            return False
        self.actions.pop(action.contract_id, None)
        return True

    patch.setattr(ContractDesk, "on_answer", done_on_answer)


def nothing_is_repeated(patch: Patch) -> None:
    """A lost close stays lost."""
    patch.setattr(Confirmer, "_repeat", lambda *_args: None)
