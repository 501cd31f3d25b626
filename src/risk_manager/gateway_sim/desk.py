"""The parts of one exchange that its workers share."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from risk_manager.gateway_sim.accounts import Books
from risk_manager.gateway_sim.agenda import Agenda
from risk_manager.gateway_sim.calendar_hours import is_open
from risk_manager.gateway_sim.eventlog import EventLog
from risk_manager.gateway_sim.listing import Listing
from risk_manager.gateway_sim.market import Market
from risk_manager.gateway_sim.market_model import SimQuote
from risk_manager.gateway_sim.model import SimContract, SimOrder
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.orderbook import OrderBook
from risk_manager.gateway_sim.products import products


@dataclass(slots=True)
class Desk:
    """Time, market, orders and books of one exchange; `rng` decides delays and slippage.

    `options` may be changed while it runs: fills become slow, or come in parts.
    """

    options: ExchangeOptions
    agenda: Agenda
    log: EventLog
    listing: Listing
    market: Market
    books: Books
    orders: OrderBook
    rng: Random

    def contract_of(self, order: SimOrder) -> SimContract:
        """Return the contract of an order; every order has one."""
        contract = self.listing.get(order.contract_id)
        assert contract is not None
        return contract

    def quote(self, contract: SimContract) -> SimQuote:
        """Return the contract's present quote, which must not be changed."""
        return self.market.quote(contract, self.agenda.now)

    def trades_now(self, contract: SimContract) -> bool:
        """Return whether orders for the contract are taken and matched at this instant."""
        group = products()[contract.root].group
        return not self.options.market_hours or is_open(group, self.agenda.now)
