"""MOD-009 State manager: applies one event at a time to what we know of an account (pure).

State comes before the lock guard and the rules, also while locked: a fill during a lockout must be
seen to be closed, and its P&L counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from risk_manager.domain.events import (
    AccountChanged,
    OrderChanged,
    PositionChanged,
    SnapshotTaken,
    Stamp,
    TradeExecuted,
)
from risk_manager.domain.ids import ContractId, TradeId
from risk_manager.domain.orders import OrderStatus
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.state.account_state import AccountState
from risk_manager.state.effects import Effects
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.pnl_tracker import TradeChange
from risk_manager.state.position_book import PositionChange
from risk_manager.state.writes import PutDeadPosition, PutLock, PutTrade

AccountEvent = TradeExecuted | PositionChanged | OrderChanged | AccountChanged


class StateManager:
    """Applies events and snapshots to one account."""

    def __init__(self, account: AccountState, locks: LockoutManager) -> None:
        self._account = account
        self._locks = locks
        self._heard: dict[TradeId, float] = {}
        self._account_heard = float("-inf")
        self._merged: dict[ContractId, datetime] | None = None

    def apply(self, event: AccountEvent, stamp: Stamp) -> Effects:
        """Apply one event of the feed."""
        effects = Effects()
        match event:
            case TradeExecuted(trade):
                self._apply_trade(trade, stamp.received_mono, stamp.now, effects)
            case PositionChanged(position):
                self._apply_position(position, stamp, effects)
            case OrderChanged(order):
                effects.changed = self._account.orders.update(order, stamp.received_mono)
                if order.status is OrderStatus.FILLED and effects.changed:
                    self._account.note_moved(order.contract_id, stamp.received_mono)
            case AccountChanged(row):
                self._account_heard = stamp.received_mono
                effects.changed = self._apply_account(row)
        return effects

    def apply_snapshot(self, answer: SnapshotTaken, stamp: Stamp) -> Effects:
        """Merge broker truth, in the order it was read: trades, orders, positions, account.

        A part that failed leaves what we know; the account then says so in `read_failure`.
        """
        account, effects = self._account, Effects()
        account.read_failure = answer.failure
        if answer.trades is not None:
            self._merge_trades(answer, stamp, effects)
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

    def _apply_trade(
        self, trade: Trade, received_mono: float, now: datetime, effects: Effects
    ) -> None:
        account = self._account
        change = account.pnl.add_trade(trade)
        if change in (TradeChange.KNOWN, TradeChange.OUT_OF_DAY):
            self._note_fill(trade, received_mono, now, effects)
            return
        effects.changed = True
        effects.writes.append(PutTrade(trade))
        self._heard[trade.id] = received_mono
        if change is TradeChange.NEW:
            effects.new_trades.append(trade)
        if account.newest_trade_at is None or trade.at > account.newest_trade_at:
            account.newest_trade_at = trade.at
        account.note_moved(trade.contract_id, received_mono)
        before = account.exposure.exposure(trade.contract_id)
        opens = trade.pnl is None or before * (before + trade.signed_size) < 0
        account.counter.record_trade(trade, opens=opens, own_close=False)
        self._note_fill(trade, received_mono, now, effects)
        if change is TradeChange.NEW:
            exposure = account.exposure.exposure(trade.contract_id)
            raised = self._locks.note_fill(account.id, trade, exposure, now)
            effects.writes.extend(PutLock(lock) for lock in raised)

    def _note_fill(
        self, trade: Trade, received_mono: float, now: datetime, effects: Effects
    ) -> None:
        """Let exposure, ceilings and the pair follow a fill, of whatever trading day it is."""
        effects.look |= self._account.exposure.note_trade(trade, received_mono)
        self._note_pair(trade.contract_id, received_mono)
        if self._merged is None:
            self._note_ceilings(trade.contract_id, trade.at, now, effects)
        else:
            self._merged.setdefault(trade.contract_id, trade.at)

    def _apply_position(self, position: Position, stamp: Stamp, effects: Effects) -> None:
        change = self._account.positions.update(position, stamp.received_mono)
        if change.ignored:
            effects.look = True
            return
        if change.changed:
            effects.changed = True
            self._account.note_moved(position.contract_id, stamp.received_mono)
            self._note_pair(position.contract_id, stamp.received_mono)
            self._note_dead(change, effects)

    def _apply_account(self, row: AccountRow) -> bool:
        account = self._account
        before = (account.can_trade, account.balance)
        if row.can_trade is not None:
            account.can_trade = row.can_trade
        if row.balance is not None:
            account.balance = row.balance
        return before != (account.can_trade, account.balance)

    def _merge_trades(self, answer: SnapshotTaken, stamp: Stamp, effects: Effects) -> None:
        """Take over the fills of a read, but for those the feed told of after its request."""
        account = self._account
        since, requested = answer.request.trades_since, answer.trades_requested_mono
        self._heard = {t: at for t, at in self._heard.items() if at >= requested}
        trades = [trade for trade in answer.trades or () if trade.id not in self._heard]
        self._merged = {}
        for trade in sorted(trades, key=lambda trade: (trade.at, trade.id)):
            self._apply_trade(trade, requested, stamp.now, effects)
        merged, self._merged = self._merged, None
        for contract_id, oldest in merged.items():
            self._note_ceilings(contract_id, oldest, stamp.now, effects)
        if account.boundary is not None and since is not None:
            verified = account.pnl.is_verified
            result = account.pnl.rebuild_day(account.boundary, trades, since)
            effects.changed |= account.pnl.is_verified != verified
            account.trades_read_at = stamp.now - timedelta(seconds=stamp.mono - requested)
            effects.missing_trades.extend(t for t in result.missing if t.id not in self._heard)
            effects.writes.extend(PutTrade(trade) for trade in result.changed)

    def _merge_positions(self, answer: SnapshotTaken, stamp: Stamp, effects: Effects) -> None:
        account = self._account
        requested = answer.positions_requested_mono
        positions = [p for p in answer.positions or () if p.size > 0]
        touched = account.touched_contracts() | {p.contract_id for p in positions}
        effects.fills_before = {c: account.exposure.exposure(c) for c in touched}
        sizes = {p.contract_id: p.signed_size for p in positions}
        held = {c for c, size in effects.fills_before.items() if size != 0}
        doubtful = account.positions.note_absent(sizes.keys(), held, requested)
        effects.second_read = bool(doubtful)
        for change in account.positions.replace(positions, requested, doubtful):
            effects.changed = True
            self._note_dead(change, effects)
            moved = change.after or change.before
            if moved is not None:
                account.note_moved(moved.contract_id, requested)
        requested_at = stamp.now - timedelta(seconds=max(stamp.mono - requested, 0.0))
        account.exposure.note_look(sizes, requested_at, requested, doubtful, stamp.now)
        account.looked_mono = max(account.looked_mono, answer.orders_requested_mono)
        for contract_id in touched:
            account.pairs.note_look(contract_id)
            self._note_pair(contract_id, stamp.mono)
            self._note_ceilings(contract_id, stamp.now, stamp.now, effects)
            effects.look |= account.exposure.is_doubtful(contract_id)

    def _note_pair(self, contract_id: ContractId, mono: float) -> None:
        account = self._account
        by_fills = account.exposure.exposure(contract_id)
        account.pairs.note(contract_id, account.reported(contract_id), by_fills, mono)

    def _note_ceilings(
        self, contract_id: ContractId, since: datetime, now: datetime, effects: Effects
    ) -> None:
        """Let ceilings follow the exposure since an instant, in the venue's order, and now."""
        book, note = self._account.exposure, self._locks.note_exposure
        if not book.is_doubtful(contract_id):
            changed = note(self._account.id, contract_id, book.exposure(contract_id), now)
            for at, size in book.path_from(contract_id, since):
                changed += note(self._account.id, contract_id, size, now, happened_at=at)
            effects.writes.extend(PutLock(lock) for lock in changed)

    def _note_dead(self, change: PositionChange, effects: Effects) -> None:
        if (died := change.died) is not None:
            effects.writes.append(
                PutDeadPosition(died.account_id, died.contract_id, died.id, died.opened_at)
            )
