"""The simulated exchange: one object, pure, seeded, in virtual time, for one thread.

The same seed, start, options and calls give the same answers, events and ids. It reads nothing of
the machine but the packaged product table.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from random import Random

from risk_manager.gateway_sim.accounts import Books
from risk_manager.gateway_sim.agenda import Agenda
from risk_manager.gateway_sim.brackets import Brackets
from risk_manager.gateway_sim.closing import Closing
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.editing import Change, Editing
from risk_manager.gateway_sim.eventlog import EventLog
from risk_manager.gateway_sim.execution import Execution
from risk_manager.gateway_sim.history import History
from risk_manager.gateway_sim.listing import Listing
from risk_manager.gateway_sim.market import Market, is_print
from risk_manager.gateway_sim.model import (
    Answer,
    PlaceRequest,
    SimAccount,
    SimContract,
    SimTrade,
    VenueEvent,
)
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.orderbook import OrderBook
from risk_manager.gateway_sim.placing import Placing
from risk_manager.gateway_sim.reading import Reading
from risk_manager.gateway_sim.start_prices import START_PRICES
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderType
from risk_manager.gateway_sim.walk import Walk

_DEFAULTS = ExchangeOptions()


class Exchange(Reading):
    """A venue with accounts 10001, 10002, ... and the front months at `start` (aware)."""

    def __init__(
        self,
        *,
        seed: int,
        start: datetime,
        accounts: int = 1,
        options: ExchangeOptions = _DEFAULTS,
    ) -> None:
        agenda = Agenda(start)
        log = EventLog(agenda)
        history = History(seed, agenda.now)
        desk = Desk(
            options=options,
            agenda=agenda,
            log=log,
            listing=Listing(agenda.now.date()),
            market=Market(log, history),
            books=Books(log, agenda, accounts, options.start_balance),
            orders=OrderBook(log, agenda, frozen_update=options.frozen_update_timestamp),
            rng=Random(seed),  # noqa: S311 - a simulation, no secret
        )
        super().__init__(desk, history)
        self._execution = Execution(desk)
        brackets = Brackets(desk, self._execution)
        self._placing = Placing(desk, self._execution, brackets)
        self._editing = Editing(desk, self._execution, brackets)
        self._closing = Closing(desk, self._execution)
        self._walk = Walk(seed, agenda, options.walk_interval_ms, self._lively, self._move)
        if options.start_prices:
            for contract in desk.listing.active():
                desk.market.open_at(contract, START_PRICES[contract.root], agenda.now)
        if options.live_market:
            self._walk.begin()

    @property
    def now(self) -> datetime:
        """Return simulated now, UTC."""
        return self._desk.agenda.now

    def advance_to(self, instant: datetime) -> None:
        """Run what is due up to `instant` in order; an earlier instant changes nothing."""
        self._walk.expect(instant)
        self._desk.agenda.advance_to(instant)

    def next_due(self) -> datetime | None:
        """Return when something scheduled happens next, None if nothing is."""
        return self._desk.agenda.next_due()

    def take_events(self) -> list[VenueEvent]:
        """Return what happened since the last call, in venue order."""
        return self._desk.log.take()

    def place(self, request: PlaceRequest) -> Answer:
        """Place an order (PlaceCode)."""
        return self._placing.place(request)

    def modify(
        self,
        account_id: int,
        order_id: int,
        *,
        size: int | None = None,
        limit_price: Decimal | None = None,
        stop_price: Decimal | None = None,
        trail_price: Decimal | None = None,
    ) -> Answer:
        """Modify an order (EditCode); None keeps a member, `trail_price` is a level."""
        change = Change(size, limit_price, stop_price, trail_price)
        return self._editing.modify(account_id, order_id, change)

    def cancel(self, account_id: int, order_id: int) -> Answer:
        """Cancel an order (EditCode)."""
        return self._editing.cancel(account_id, order_id)

    def close_contract(self, account_id: int, contract_id: str) -> Answer:
        """Close a position (CloseCode); the fill comes later."""
        return self._closing.close(account_id, contract_id)

    def partial_close(self, account_id: int, contract_id: str, size: int) -> Answer:
        """Close part of a position (PartialCloseCode); the fill comes later."""
        return self._closing.partial_close(account_id, contract_id, size)

    def set_price(
        self,
        contract_id: str,
        last: Decimal | None,
        bid: Decimal | None = None,
        ask: Decimal | None = None,
    ) -> None:
        """Move the market and match; a `last` alone sets bid and ask too. KeyError, ValueError."""
        contract = self._desk.listing.get(contract_id)
        if contract is None:
            raise KeyError(contract_id)
        self._desk.market.set(contract, last, bid, ask, self.now)
        self._execution.on_price(contract)

    def fill_now(
        self,
        account_id: int,
        contract_id: str,
        side: OrderSide,
        size: int,
        price: Decimal | None = None,
        *,
        silent: bool = False,
    ) -> Answer:
        """Fill a trader's market order at once, whatever hours or canTrade say (PlaceCode)."""
        order = PlaceRequest(account_id, contract_id, OrderType.MARKET, side, size, silent=silent)
        return self._placing.fill_now(order, price)

    def set_account(
        self,
        account_id: int,
        *,
        can_trade: bool | None = None,
        auto_oco: bool | None = None,
        follower: bool | None = None,
    ) -> SimAccount:
        """Change flags and tell the account; KeyError for an unknown one."""
        flags = {"can_trade": can_trade, "auto_oco": auto_oco, "follower": follower}
        return self._desk.books.set_flags(account_id, **flags)

    def void_trade(self, trade_id: int) -> SimTrade | None:
        """Void a trade: its money is taken back, the position stays; None if unknown."""
        return self._desk.books.void(trade_id)

    def change_options(self, options: ExchangeOptions) -> None:
        """Behave differently from now on."""
        self._desk.options = options

    def roll(self, root: str) -> tuple[SimContract, SimContract]:
        """Make the next month active, at the old one's price; returns both. KeyError if unknown.

        What is held and ordered stays; new orders are refused with code 9, closes with code 4.
        """
        old, new = self._desk.listing.roll(root, self.now.date())
        last = self._desk.quote(old).last
        if last and self._desk.quote(new).last is None:
            self._desk.market.open_at(new, last, self.now)
        return old, new

    def _lively(self) -> list[tuple[SimContract, Decimal]]:
        """Return the contracts that the walk may move now, with their last price."""
        found = []
        for contract in self._desk.listing.active():
            quote = self._desk.quote(contract)
            if quote.last is not None and is_print(quote) and self._desk.trades_now(contract):
                found.append((contract, quote.last))
        return found

    def _move(self, contract: SimContract, last: Decimal, volume: int) -> None:
        self._desk.market.set(contract, last, None, None, self.now, volume)
        self._execution.on_price(contract)
