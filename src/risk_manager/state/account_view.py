"""The read-only view of one account that rules are given (pure).

Built once per account; the engine gives it each step's instants before it asks the rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from risk_manager.domain.contracts import Contract
from risk_manager.domain.counts import TradeCounts
from risk_manager.domain.cover import NO_COVER, Cover
from risk_manager.domain.ids import AccountId, ContractId, OrderId, RuleId, TradeId
from risk_manager.domain.locks import LockKey, Lockout
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position, Trade
from risk_manager.domain.unknown import Unknown
from risk_manager.state.cover import Parents, cover_of
from risk_manager.state.pnl_view import PnlView


class StateView(PnlView):
    """Implements `domain.view.AccountView`; `targets` gives what is planned or in flight."""

    @property
    def account_id(self) -> AccountId:
        """The account."""
        return self._account.id

    @property
    def now(self) -> datetime:
        """Trusted time of this step."""
        return self.stamp.now

    @property
    def next_reset(self) -> datetime:
        """The next daily reset strictly after now."""
        return self._account.reset.next_reset(self.now)

    def positions(self) -> Sequence[Position]:
        """Open positions."""
        return self._account.positions.all()

    def position(self, contract_id: ContractId) -> Position | None:
        """The open position of a contract, None when flat."""
        return self._account.positions.get(contract_id)

    def size_after_pending(self, contract_id: ContractId) -> int:
        """The smaller of the size and what an action planned or in flight will leave."""
        position = self._account.positions.get(contract_id)
        size = 0 if position is None else position.size
        target = self._targets(contract_id)
        return size if target is None else min(size, target)

    def contract(self, contract_id: ContractId) -> Contract | Unknown:
        """A contract's data; Unknown until it is loaded."""
        return self._market.contracts.get(contract_id)

    def exposure(self, contract_id: ContractId) -> int:
        """Signed exposure by fills."""
        return self._account.exposure.exposure(contract_id)

    def root_of(self, contract_id: ContractId) -> str | Unknown:
        """The trader's ticker of a contract; Unknown until it is resolved."""
        return self._market.contracts.root_of(contract_id)

    def label(self, contract_id: ContractId) -> str:
        """What a person reads: the ticker of a contract, or its id while that is not known."""
        return self._market.contracts.label(contract_id)

    def entry_orders(self) -> Sequence[Order]:
        """Alive orders that could increase exposure, by our state."""
        return self._account.entry_orders()

    def cover(self, contract_id: ContractId) -> Cover:
        """What the stops of a position are worth; nothing when flat."""
        position = self._account.positions.get(contract_id)
        if position is None:
            return NO_COVER
        orders = self._account.orders
        if not (alive := orders.alive(contract_id)):
            return NO_COVER
        parents = Parents(orders.get, lambda order_id: self._at(orders.seen_mono(order_id)))
        return cover_of(position, alive, self.price_of(position), parents)

    def fills(self, contract_id: ContractId) -> Sequence[Trade]:
        """The trading day's fills of a contract."""
        return [t for t in self._account.pnl.trades() if t.contract_id == contract_id]

    def looked_at(self, *, suspended: bool = False) -> datetime | None:
        """When the last look was requested, by trusted time; None before the first."""
        account = self._account
        return account.suspended_at if suspended else account.looked_at

    def _at(self, mono: float) -> datetime | None:
        """The trusted instant of an earlier monotonic second; None for never."""
        if mono == float("-inf"):
            return None
        return self.now - timedelta(seconds=max(self.stamp.mono - mono, 0.0))

    @property
    def read_failure(self) -> str | None:
        """Why a part of the last read failed; None when all is read."""
        return self._account.read_failure

    @property
    def look_failure(self) -> str | None:
        """Why orders and positions could not be read last time; None when they were."""
        return self._account.look_failure

    def opened_before(self, contract_id: ContractId, instant: datetime) -> bool:
        """Whether the open position existed before `instant`; without its time it did not."""
        position = self._account.positions.get(contract_id)
        if position is None or position.opened_at is None:
            return False
        return position.opened_at < instant

    def lock_of(self, scope: str, rule_id: str) -> Lockout | None:
        """The active lock of a rule on a scope."""
        key = LockKey(self._account.id, scope, RuleId(rule_id))
        return self._market.locks.get(key, self.now)

    def locks_by(self, rule_id: str) -> Sequence[Lockout]:
        """The active locks of a rule, on any scope."""
        active = self._market.locks.active(self._account.id, self.now)
        return [lock for lock in active if lock.key.rule_id == rule_id]

    def can_trade(self) -> bool | None:
        """The venue's flag; None while unknown."""
        return self._account.can_trade

    def reset_after(self, instant: datetime) -> datetime:
        """The next daily reset strictly after an instant."""
        return self._account.reset.next_reset(instant)

    def newest_counted(self) -> Trade | None:
        """The first fill of the newest counted trade of the session."""
        return self._account.counter.newest_trade

    def is_counted_anew(self, trade_id: TradeId) -> bool:
        """Whether a fill brought a counted trade that was not counted before."""
        return self._account.counter.has_begun(trade_id)

    def opens(self, trade_id: TradeId) -> bool:
        """Whether a fill of the session opened exposure and is not of a close of ours."""
        marks = self._account.counter.marks(trade_id)
        return marks is not None and marks.opens and not marks.own_close

    def trade_counts(self, at: datetime) -> TradeCounts:
        """Counted trades in the windows that end at `at` (exchange time)."""
        return self._account.counter.counts(at)

    def fills_of_order(self, order_id: OrderId) -> Sequence[Trade]:
        """The day's fills of one order that are not voided, by exchange time."""
        return self._account.pnl.of_order(order_id)

    def has_reversed(self, order_id: OrderId) -> bool:
        """Whether fills of one order both closed and opened exposure today."""
        return self._account.counter.has_reversed(order_id)

    def order_created_at(self, order_id: OrderId) -> datetime | None:
        """When an order was created, if we know it."""
        order = self._account.orders.get(order_id)
        return None if order is None else order.created_at

    def memory(self, rule_id: str, key: str) -> str | None:
        """What the rule asked to be kept under a key."""
        return self._account.memory.get((RuleId(rule_id), key))
