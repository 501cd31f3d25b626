"""Everything we know of one account, in one place (pure).

Owned by the loop's thread; rules see it only through `account_view.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.ids import AccountId, ContractId, OrderId, RuleId
from risk_manager.domain.orders import Order
from risk_manager.state.exposure import ExposureBook
from risk_manager.state.open_pnl import PairMonitor
from risk_manager.state.order_book import OrderBook
from risk_manager.state.pnl_tracker import PnlTracker
from risk_manager.state.position_book import PositionBook
from risk_manager.state.reset_scheduler import ResetSchedule
from risk_manager.state.trade_counter import TradeCounter

QUIET_S = 2.0
"""A contract without fill, filled order or position change for so long is quiet."""


@dataclass(slots=True)
class AccountState:
    """One watched account.

    `boundary` is the trading-day start reached (None before the first reset check); `can_trade`
    None is UNKNOWN; `looked_mono` is when the last complete look was requested; `read_failure`
    says why broker truth is not known, None when it is, `look_failure` the same of orders and
    positions alone; `looked_at` is trusted time when the last look was asked for, `suspended_at`
    the same of one that also read the suspended children of brackets; `unpriced_since` is since
    when (monotonic seconds) an open position has had no price while the market was open;
    `fills_heard` is when the newest fill of a contract was heard of, `fills_read_mono` when the
    newest read of fills was requested.
    """

    id: AccountId
    name: str
    reset: ResetSchedule
    pnl: PnlTracker
    counter: TradeCounter
    positions: PositionBook = field(default_factory=PositionBook)
    orders: OrderBook = field(default_factory=OrderBook)
    exposure: ExposureBook = field(default_factory=ExposureBook)
    pairs: PairMonitor = field(default_factory=PairMonitor)
    boundary: datetime | None = None
    balance: Decimal | None = None
    can_trade: bool | None = None
    restored: bool = False
    proven: bool = False
    follower: bool = False
    read_failure: str | None = "not read yet"
    look_failure: str | None = "not read yet"
    looked_mono: float = float("-inf")
    looked_at: datetime | None = None
    suspended_at: datetime | None = None
    newest_trade_at: datetime | None = None
    trades_read_at: datetime | None = None
    unpriced_since: float | None = None
    memory: dict[tuple[RuleId, str], str] = field(default_factory=dict)
    moved: dict[ContractId, float] = field(default_factory=dict)
    fills_heard: dict[ContractId, float] = field(default_factory=dict)
    fills_read_mono: float = float("-inf")

    def note_look(self, asked_at: datetime, suspended: Sequence[Order] | None) -> None:
        """Keep when the newest look was asked for, by the time that was known then."""
        if self.looked_at is None or asked_at > self.looked_at:
            self.looked_at = asked_at
        is_newer = self.suspended_at is None or asked_at > self.suspended_at
        if suspended is not None and is_newer:
            self.suspended_at = asked_at

    def note_moved(self, contract_id: ContractId, mono: float) -> None:
        """Remember that a fill, a filled order or a position change touched the contract."""
        self.moved[contract_id] = mono

    def is_quiet(self, contract_id: ContractId, mono: float) -> bool:
        """Whether our picture of the contract is certain enough to act on without a look.

        A look was taken since the feed came up; no fill, no order turning filled and no position
        change within 2 s; and our position and the sum of fills agree.
        """
        if not self.proven or mono - self.moved.get(contract_id, float("-inf")) < QUIET_S:
            return False
        return self.reported(contract_id) == self.exposure.exposure(contract_id)

    def reported(self, contract_id: ContractId) -> int:
        """Signed size of the position as reported; 0 when flat."""
        position = self.positions.get(contract_id)
        return 0 if position is None else position.signed_size

    def held(self, contract_id: ContractId) -> int:
        """Signed exposure to guard: the larger of reported size and exposure by fills."""
        reported = self.reported(contract_id)
        by_fills = self.exposure.exposure(contract_id)
        return reported if abs(reported) >= abs(by_fills) else by_fills

    def touched_contracts(self) -> list[ContractId]:
        """Contracts with a position, an exposure by fills or an alive order, by their ids.

        Ordered, so that equal events give equal plans in every run.
        """
        contracts = {position.contract_id for position in self.positions.all()}
        contracts.update(self.exposure.contracts())
        contracts.update(order.contract_id for order in self.orders.alive())
        return sorted(contracts)

    def is_entry(self, order: Order) -> bool:
        """Whether an alive order could increase exposure, by our state.

        The contract is flat or the order is on the position's side. A child of a bracket is no
        entry of its own while its parent lives or once it protects a position: its parent is
        what is cancelled.
        """
        reported = self.reported(order.contract_id)
        if reported != 0 and (reported > 0) != (order.side.sign > 0):
            return False
        return order.parent_id is None or self._is_orphan(order, order.parent_id)

    def _is_orphan(self, order: Order, parent_id: OrderId) -> bool:
        """A child that protects nothing, and whose parent is over, as a look shows.

        The venue tells of a child before its parent and ends the parent before the child
        (observed): in between, events alone would make an orphan of every child.
        """
        parent = self.orders.get(parent_id)
        if parent is not None and parent.is_alive:
            return False
        seen = (self.orders.seen_mono(order.id), self.orders.seen_mono(parent_id))
        return self.looked_mono >= max(seen)

    def entry_orders(self, contract_id: ContractId | None = None) -> list[Order]:
        """Alive entry orders of one contract or of all."""
        return [order for order in self.orders.alive(contract_id) if self.is_entry(order)]
