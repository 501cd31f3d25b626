"""Positions, fills and accounts as the venue reports them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from risk_manager.domain.ids import AccountId, ContractId, OrderId, PositionId, TradeId
from risk_manager.domain.money import ZERO
from risk_manager.domain.orders import Side


@dataclass(frozen=True, slots=True)
class Position:
    """One contract's position. `size` is never negative; direction is `side`; size 0 is flat.

    A flat report still carries the old average price and opening time (observed), so realised
    P&L is never computed from it. Every reopening gets a new id.
    """

    id: PositionId
    account_id: AccountId
    contract_id: ContractId
    side: Side
    size: int
    average_price: Decimal | None = None
    opened_at: datetime | None = None

    @property
    def signed_size(self) -> int:
        """Exposure in contracts: positive long, negative short, 0 flat."""
        return self.size if self.side is Side.BUY else -self.size

    @property
    def opening(self) -> str:
        """What tells this position of its contract from every other: side and opening time."""
        opened = self.id if self.opened_at is None else self.opened_at.isoformat()
        return f"{self.side.value} {opened}"


@dataclass(frozen=True, slots=True)
class Trade:
    """One fill ("half-turn").

    `pnl` is the gross realised P&L in USD of the part it closes, None on an opening fill. `fees`
    and `commissions` are positive USD of this fill. `at` is exchange time.
    """

    id: TradeId
    account_id: AccountId
    contract_id: ContractId
    at: datetime
    price: Decimal
    side: Side
    size: int
    order_id: OrderId
    pnl: Decimal | None = None
    fees: Decimal = ZERO
    commissions: Decimal = ZERO
    voided: bool = False

    @property
    def signed_size(self) -> int:
        """Change of exposure in contracts: positive for a buy."""
        return self.side.sign * self.size


@dataclass(frozen=True, slots=True)
class AccountRow:
    """What the venue says of an account. `balance` in USD; None means "not in the message"."""

    id: AccountId
    name: str | None = None
    balance: Decimal | None = None
    can_trade: bool | None = None
