"""MOD-009 State manager: applies one event at a time to what we know of an account (pure).

State comes before the lock guard and the rules, also while locked: a fill during a lockout must be
seen to be closed, and its P&L counted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from risk_manager.domain.events import (
    AccountChanged,
    OrderChanged,
    PositionChanged,
    SnapshotTaken,
    Stamp,
    TradeExecuted,
)
from risk_manager.domain.orders import OrderStatus
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.state.account_state import AccountState
from risk_manager.state.ceiling_keeper import CeilingKeeper
from risk_manager.state.effects import Effects
from risk_manager.state.fill_taker import FillTaker
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.position_book import PositionChange
from risk_manager.state.writes import PutDeadPosition

AccountEvent = TradeExecuted | PositionChanged | OrderChanged | AccountChanged


class StateManager:
    """Applies events and snapshots to one account; `is_own_close` tells fills of our closes."""

    def __init__(
        self,
        account: AccountState,
        locks: LockoutManager,
        is_own_close: Callable[[Trade], bool],
    ) -> None:
        self._account = account
        self._ceilings = CeilingKeeper(account, locks)
        self._fills = FillTaker(account, self._ceilings, is_own_close)
        self._account_heard = float("-inf")

    def apply(self, event: AccountEvent, stamp: Stamp) -> Effects:
        """Apply one event of the feed."""
        effects = Effects()
        match event:
            case TradeExecuted(trade):
                self._fills.take(trade, stamp.received_mono, stamp.now, effects)
            case PositionChanged(position):
                self._apply_position(position, stamp, effects)
            case OrderChanged(order):
                effects.changed = self._account.orders.update(order, stamp.received_mono)
                if order.status is OrderStatus.FILLED and effects.changed:
                    self._account.note_moved(order.contract_id, stamp.received_mono)
            case _:
                self._account_heard = stamp.received_mono
                effects.changed = self._apply_account(event.account)
        return effects

    def apply_snapshot(self, answer: SnapshotTaken, stamp: Stamp) -> Effects:
        """Merge broker truth, in the order it was read: trades, orders, positions, account.

        A part that failed leaves what we know; the account then says so in `read_failure`.
        """
        account, effects = self._account, Effects()
        account.read_failure = answer.failure
        account.look_failure = None if answer.is_look else answer.failure
        if answer.trades is not None:
            self._fills.merge(answer, stamp, effects)
        if answer.orders is not None:
            effects.changed |= account.orders.replace_alive(
                answer.orders, answer.suspended, answer.orders_requested_mono
            )
        if answer.is_look:
            self._merge_positions(answer, stamp, effects)
        # The account's row is read last; what the feed said meanwhile is newer.
        if answer.account is not None and self._account_heard < answer.positions_requested_mono:
            effects.changed |= self._apply_account(answer.account)
        return effects

    def _apply_position(self, position: Position, stamp: Stamp, effects: Effects) -> None:
        change = self._account.positions.update(position, stamp.received_mono)
        if change.ignored:
            effects.look = True
            return
        if change.changed:
            effects.changed = True
            self._account.note_moved(position.contract_id, stamp.received_mono)
            self._fills.note_pair(position.contract_id, stamp.received_mono)
            self._note_dead(change, effects)

    def _apply_account(self, row: AccountRow) -> bool:
        account = self._account
        before = (account.can_trade, account.balance)
        if row.can_trade is not None:
            account.can_trade = row.can_trade
        if row.balance is not None:
            account.balance = row.balance
        return before != (account.can_trade, account.balance)

    def _merge_positions(self, answer: SnapshotTaken, stamp: Stamp, effects: Effects) -> None:
        account = self._account
        requested = answer.positions_requested_mono
        positions = [p for p in answer.positions or () if p.size > 0]
        touched = sorted({*account.touched_contracts(), *(p.contract_id for p in positions)})
        effects.fills_before = {c: account.exposure.exposure(c) for c in touched}
        sizes = {p.contract_id: p.signed_size for p in positions}
        held = {c for c, size in effects.fills_before.items() if size != 0}
        doubtful = account.positions.note_absent(sizes.keys(), held, requested)
        effects.second_read = bool(doubtful)
        for change in account.positions.replace(positions, requested, doubtful):
            effects.changed = True
            self._note_dead(change, effects)
            moved = change.after or change.before
            assert moved is not None, "what changed was open before or is now"
            account.note_moved(moved.contract_id, requested)
        requested_at = stamp.now - timedelta(seconds=max(stamp.mono - requested, 0.0))
        account.exposure.note_look(sizes, requested_at, requested, doubtful, stamp.now)
        account.looked_mono = max(account.looked_mono, answer.orders_requested_mono)
        account.note_look(answer.request.asked_at or requested_at, answer.suspended)
        for contract_id in touched:
            account.pairs.note_look(contract_id)
            self._fills.note_pair(contract_id, stamp.mono)
            effects.look |= account.exposure.is_doubtful(contract_id)
        self._ceilings.note_look(touched, doubtful, stamp.now, effects)

    def _note_dead(self, change: PositionChange, effects: Effects) -> None:
        if (died := change.died) is not None:
            effects.writes.append(
                PutDeadPosition(died.account_id, died.contract_id, died.id, died.opened_at)
            )
