"""Synthetic broker truth for the drill: what a case tells the engine, and what reads then show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.contracts import Contract
from risk_manager.domain.events import (
    Event,
    PositionChanged,
    QuoteChanged,
    SnapshotTaken,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId, ContractId, OrderId, PositionId, TradeId
from risk_manager.domain.money import ZERO
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import AccountRow, Position, Trade
from risk_manager.domain.requests import TakeSnapshot

ANY_ROOT = "DRILL"
"""The symbol of cases for which any will do."""
BASE = Decimal(100)
"""Where prices are, in points; results are added to it."""


@dataclass(slots=True)
class DrillScene:
    """Makes the events of one case. `now` is trusted time.

    `contracts` are those the events name: one of any symbol, real or not, of which one point is
    worth 1 USD.
    """

    account_id: AccountId
    now: datetime
    contracts: dict[str, Contract] = field(default_factory=dict)
    _trades: int = 0

    def position(self, root: str, size: int, *, opened_at: datetime | None = None) -> Event:
        """A long of `size` contracts."""
        return self._position(root, size, BASE, opened_at)

    def priced(self, *results: Decimal) -> tuple[Event, ...]:
        """A long of one, then prices at which its open P&L is each of `results` in USD.

        Each price is told twice, so that none is held back as a jump; the entry is so high that
        every price is above zero.
        """
        entry = BASE + sum(map(abs, results), ZERO)
        contract_id = self._contract(ANY_ROOT)
        prices = [entry + result for result in results for _ in range(2)]
        return (
            self._position(ANY_ROOT, 1, entry, None),
            *(QuoteChanged(contract_id, price, price, price, self.now) for price in prices),
        )

    def trade(self, *, pnl: Decimal | None = None) -> Event:
        """A fill of one contract and an order of its own: opening, or closing with a result."""
        self._trades += 1
        return TradeExecuted(
            Trade(
                id=TradeId(-self._trades),
                account_id=self.account_id,
                contract_id=self._contract(ANY_ROOT),
                at=self.now,
                price=BASE,
                side=Side.BUY if pnl is None else Side.SELL,
                size=1,
                order_id=OrderId(-self._trades),
                pnl=pnl,
            )
        )

    def _position(
        self, root: str, size: int, entry: Decimal, opened_at: datetime | None
    ) -> PositionChanged:
        where, opened = self._contract(root), opened_at or self.now
        row = Position(PositionId(-1), self.account_id, where, Side.BUY, size, entry, opened)
        return PositionChanged(row)

    def _contract(self, root: str) -> ContractId:
        where, one = ContractId(f"CON.F.US.{root}.Z99"), Decimal(1)
        self.contracts[root] = Contract(where, f"{root}Z9", root, one, one)
        return where


@dataclass(slots=True)
class DrillBroker:
    """Answers reads with what the case told so far."""

    account_id: AccountId
    _trades: dict[TradeId, Trade] = field(default_factory=dict)
    _positions: dict[ContractId, Position] = field(default_factory=dict)

    def note(self, event: Event) -> None:
        """Remember what an event of the feed says."""
        match event:
            case TradeExecuted(trade):
                self._trades[trade.id] = trade
            case PositionChanged(position):
                self._positions[position.contract_id] = position

    def answer(self, request: TakeSnapshot, mono: float) -> SnapshotTaken:
        """The answer to a read requested and answered at one instant (monotonic)."""
        row = AccountRow(self.account_id, can_trade=True)
        return SnapshotTaken(
            request=request,
            trades=None if request.trades_since is None else tuple(self._trades.values()),
            orders=(),
            positions=tuple(p for p in self._positions.values() if p.size > 0),
            account=row if request.with_account else None,
            suspended=() if request.with_suspended else None,
            failure=None,
            trades_requested_mono=mono,
            orders_requested_mono=mono,
            positions_requested_mono=mono,
            answered_mono=mono,
        )
