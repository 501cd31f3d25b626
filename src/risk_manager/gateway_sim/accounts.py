"""The books: accounts, positions, trades, and what a fill does to them."""

from __future__ import annotations

import copy
from decimal import Decimal
from itertools import count

from risk_manager.gateway_sim.agenda import Agenda
from risk_manager.gateway_sim.decimals import average, gross_pnl
from risk_manager.gateway_sim.eventlog import EventLog
from risk_manager.gateway_sim.listing import display_name
from risk_manager.gateway_sim.model import (
    SimAccount,
    SimContract,
    SimOrder,
    SimPosition,
    SimTrade,
)
from risk_manager.gateway_sim.venue_enums import OrderSide, PositionType

_FIRST_ACCOUNT_ID = 10001
_FIRST_POSITION_ID = 600_001
_FIRST_TRADE_ID = 3_000_001


class Books:
    """Everything that is owned and owed, by account."""

    def __init__(self, log: EventLog, agenda: Agenda, accounts: int, balance: Decimal) -> None:
        self._log = log
        self._agenda = agenda
        self._position_ids = count(_FIRST_POSITION_ID)
        self._trade_ids = count(_FIRST_TRADE_ID)
        self.accounts: dict[int, SimAccount] = {}
        self.positions: dict[tuple[int, str], SimPosition] = {}
        self.trades: dict[int, SimTrade] = {}
        for number in range(accounts):
            account_id = _FIRST_ACCOUNT_ID + number
            name = f"PRAC-V2-{account_id}-{20_000_000 + number + 1}"
            self.accounts[account_id] = SimAccount(account_id, name, balance)

    def net(self, account_id: int, contract_id: str) -> int:
        """Return the signed size of a position: above 0 long, below 0 short, 0 flat."""
        position = self.positions.get((account_id, contract_id))
        return 0 if position is None else position.size * position.type.sign

    def book_fill(
        self,
        order: SimOrder,
        contract: SimContract,
        size: int,
        price: Decimal,
        *,
        silent: bool = False,
    ) -> None:
        """Book a fill of `size` contracts and tell trade, position and account, in this order.

        A fill that crosses zero is two trades: the closing part with its profit and loss, then
        the opening part without (choice of the gateway reference, section 6).
        """
        net = self.net(order.account_id, order.contract_id)
        closing = min(size, abs(net)) if net * order.side.sign < 0 else 0
        for part in (closing, size - closing):
            if part:
                self._book_part(order, contract, part, price, silent=silent)

    def void(self, trade_id: int) -> SimTrade | None:
        """Bust a trade: its money leaves the balance again, the position stays (our choice)."""
        trade = self.trades.get(trade_id)
        if trade is None or trade.voided:
            return copy.copy(trade)
        trade.voided = True
        account = self.accounts[trade.account_id]
        account.balance -= _effect(trade)
        self._log.emit("trade", trade)
        self._log.emit("account", account)
        return copy.copy(trade)

    def set_flags(
        self,
        account_id: int,
        *,
        can_trade: bool | None,
        auto_oco: bool | None,
        follower: bool | None,
    ) -> SimAccount:
        """Change the flags that are not None and tell the account; KeyError if unknown."""
        account = self.accounts[account_id]
        account.can_trade = account.can_trade if can_trade is None else can_trade
        account.auto_oco = account.auto_oco if auto_oco is None else auto_oco
        account.follower = account.follower if follower is None else follower
        self._log.emit("account", account)
        return copy.copy(account)

    def _book_part(
        self, order: SimOrder, contract: SimContract, size: int, price: Decimal, *, silent: bool
    ) -> None:
        """Book a fill that only opens, adds or closes."""
        position = self.positions.get((order.account_id, order.contract_id))
        pnl: Decimal | None = None
        if position is not None and position.type.sign != order.side.sign:
            pnl = gross_pnl(contract, position.average_price, price, size, position.type.sign)
        trade = SimTrade(
            id=next(self._trade_ids),
            account_id=order.account_id,
            contract_id=order.contract_id,
            created=self._agenda.now,
            price=price,
            profit_and_loss=pnl,
            fees=contract.fee * size,
            commissions=contract.commission * size,
            side=order.side,
            size=size,
            voided=False,
            order_id=order.id,
        )
        self.trades[trade.id] = trade
        account = self.accounts[order.account_id]
        account.balance += _effect(trade)
        self._log.emit("trade", trade, silent=silent)
        changed = self._move_position(position, order, contract, size, price)
        self._log.emit("position", changed, silent=silent)
        self._log.emit("account", account, silent=silent)

    def _move_position(
        self,
        position: SimPosition | None,
        order: SimOrder,
        contract: SimContract,
        size: int,
        price: Decimal,
    ) -> SimPosition:
        """Return the position after the fill; each reopening has a new id (recorded)."""
        if position is None:
            return self._open_position(order, contract, size, price)
        if position.type.sign == order.side.sign:
            position.average_price = average(position.size, position.average_price, size, price)
            position.size += size
            return position
        position.size -= size
        if position.size == 0:
            # Reported closed with the old average and creation time (recorded).
            position.type = PositionType.UNDEFINED
            del self.positions[order.account_id, order.contract_id]
        return position

    def _open_position(
        self, order: SimOrder, contract: SimContract, size: int, price: Decimal
    ) -> SimPosition:
        position = SimPosition(
            id=next(self._position_ids),
            account_id=order.account_id,
            contract_id=order.contract_id,
            display_name=display_name(contract),
            created=self._agenda.now,
            type=PositionType.LONG if order.side is OrderSide.BID else PositionType.SHORT,
            size=size,
            average_price=price,
        )
        self.positions[order.account_id, order.contract_id] = position
        return position


def _effect(trade: SimTrade) -> Decimal:
    """Return what a trade adds to the balance: gross profit and loss less fees, commissions."""
    gross = trade.profit_and_loss or Decimal(0)
    return gross - trade.fees - trade.commissions
