"""What can be read from the simulated exchange. Every answer is a copy."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from itertools import takewhile

from risk_manager.gateway_sim.bars import bar_edges, check_request, retrieve
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.history import History
from risk_manager.gateway_sim.model import (
    Answer,
    SimAccount,
    SimBar,
    SimContract,
    SimOrder,
    SimPosition,
    SimQuote,
    SimTrade,
)
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.venue_enums import BarsCode, OrderStatus

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FAR_AHEAD = datetime.max.replace(tzinfo=UTC)


class Reading:
    """The queries of an exchange; an unknown account has no orders, positions or trades."""

    def __init__(self, desk: Desk, history: History) -> None:
        self._desk = desk
        self._history = history

    @property
    def options(self) -> ExchangeOptions:
        """How the exchange behaves now."""
        return self._desk.options

    def accounts(self) -> list[SimAccount]:
        """Return all accounts by id."""
        return [copy.copy(account) for account in self._desk.books.accounts.values()]

    def account(self, account_id: int) -> SimAccount | None:
        """Return one account, None if unknown."""
        return copy.copy(self._desk.books.accounts.get(account_id))

    def contracts(self) -> list[SimContract]:
        """Return the active contracts."""
        return [copy.copy(contract) for contract in self._desk.listing.active()]

    def contract(self, contract_id: str) -> SimContract | None:
        """Return a contract, also a month that is not active; None if unknown."""
        return copy.copy(self._desk.listing.get(contract_id))

    def search_contracts(self, text: str) -> list[SimContract]:
        """Return at most 20 active contracts that match loosely."""
        return [copy.copy(contract) for contract in self._desk.listing.search(text)]

    def orders(
        self, account_id: int, start: datetime | None = None, end: datetime | None = None
    ) -> list[SimOrder]:
        """Return the account's orders of every status, created from start to end, by id."""
        low, high = start or _LONG_AGO, end or _FAR_AHEAD
        every = self._desk.orders.all.values()
        mine = (order for order in every if order.account_id == account_id)
        return [copy.copy(order) for order in mine if low <= order.created <= high]

    def order(self, order_id: int) -> SimOrder | None:
        """Return one order, None if unknown."""
        return copy.copy(self._desk.orders.all.get(order_id))

    def open_orders(self, account_id: int) -> list[SimOrder]:
        """Return the working orders by id, without suspended ones, as searchOpen does."""
        alive = self._desk.orders.alive(account_id)
        return [copy.copy(o) for o in alive if o.status is not OrderStatus.SUSPENDED]

    def positions(self, account_id: int) -> list[SimPosition]:
        """Return the open positions, oldest first."""
        found = self._desk.books.positions.values()
        return [copy.copy(p) for p in found if p.account_id == account_id]

    def net(self, account_id: int, contract_id: str) -> int:
        """Return the signed size of a position, 0 when flat."""
        return self._desk.books.net(account_id, contract_id)

    def trades_now(self, contract_id: str) -> bool:
        """Return whether the contract is active and its market open."""
        contract = self._desk.listing.get(contract_id)
        return contract is not None and contract.active and self._desk.trades_now(contract)

    def is_close(self, order_id: int) -> bool:
        """Return whether the order was made by closing (a part of) a position."""
        return order_id in self._desk.orders.closes

    def trades(
        self, account_id: int, start: datetime | None = None, end: datetime | None = None
    ) -> list[SimTrade]:
        """Return the fills from start to end, both included, newest first, voided ones too."""
        low, high = start or _LONG_AGO, end or _FAR_AHEAD
        every = reversed(self._desk.books.trades.values())
        late = takewhile(lambda trade: trade.created >= low, every)  # they are booked in order
        mine = (trade for trade in late if trade.account_id == account_id)
        return [copy.copy(trade) for trade in mine if trade.created <= high]

    def quote(self, contract_id: str) -> SimQuote | None:
        """Return the present quote, None for an unknown contract."""
        contract = self._desk.listing.get(contract_id)
        return None if contract is None else copy.copy(self._desk.quote(contract))

    def bars(
        self,
        contract_id: str,
        unit: int,
        unit_number: int,
        start: datetime,
        end: datetime,
        limit: int,
        *,
        include_partial: bool,
    ) -> tuple[Answer, list[SimBar]]:
        """Return the latest `limit` bars starting in [start, end), newest first (BarsCode)."""
        contract = self._desk.listing.get(contract_id)
        code = check_request(contract, unit, unit_number, limit)
        if contract is None or code is not BarsCode.SUCCESS:
            return Answer(code), []
        now = self._desk.agenda.now
        edges = bar_edges(
            unit, unit_number, start, end, now, limit, include_partial=include_partial
        )
        return retrieve(self._history, contract, edges, now)
