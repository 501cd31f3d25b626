"""The simulated exchange: one object, pure, seeded, in virtual time, for one thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from risk_manager.gateway_sim.model import (
    Answer,
    PlaceRequest,
    SimAccount,
    SimBar,
    SimContract,
    SimOrder,
    SimPosition,
    SimQuote,
    SimTrade,
    VenueEvent,
)
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.venue_enums import OrderSide


class Exchange:
    """Signatures only, for the server's author; the body follows in the next commits."""

    def __init__(
        self,
        *,
        seed: int,
        start: datetime,
        accounts: int = 1,
        options: ExchangeOptions | None = None,
    ) -> None:
        raise NotImplementedError

    @property
    def now(self) -> datetime:
        """Return simulated now."""
        raise NotImplementedError

    def advance_to(self, instant: datetime) -> None:
        """Run what is due up to `instant` in order; an earlier instant changes nothing."""
        raise NotImplementedError

    def next_due(self) -> datetime | None:
        """Return when something scheduled happens next, None if nothing is."""
        raise NotImplementedError

    def take_events(self) -> list[VenueEvent]:
        """Return what happened since the last call, in venue order."""
        raise NotImplementedError

    def place(self, request: PlaceRequest) -> Answer:
        """Place an order (PlaceCode)."""
        raise NotImplementedError

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
        """Modify an order (EditCode); None keeps a member."""
        raise NotImplementedError

    def cancel(self, account_id: int, order_id: int) -> Answer:
        """Cancel an order (EditCode)."""
        raise NotImplementedError

    def close_contract(self, account_id: int, contract_id: str) -> Answer:
        """Close a position (CloseCode)."""
        raise NotImplementedError

    def partial_close(self, account_id: int, contract_id: str, size: int) -> Answer:
        """Close part of a position (PartialCloseCode)."""
        raise NotImplementedError

    def set_price(
        self,
        contract_id: str,
        last: Decimal | None,
        bid: Decimal | None = None,
        ask: Decimal | None = None,
    ) -> None:
        """Set the market; KeyError for an unknown contract, ValueError for a misaligned price."""
        raise NotImplementedError

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
        """Fill a trader's order at once, without checks of hours or canTrade (PlaceCode)."""
        raise NotImplementedError

    def set_account(
        self,
        account_id: int,
        *,
        can_trade: bool | None = None,
        auto_oco: bool | None = None,
        follower: bool | None = None,
    ) -> SimAccount:
        """Change flags; KeyError for an unknown account."""
        raise NotImplementedError

    def void_trade(self, trade_id: int) -> SimTrade | None:
        """Void a trade; None if there is no such trade."""
        raise NotImplementedError

    def roll(self, root: str) -> tuple[SimContract, SimContract]:
        """Make the next month active; returns old and new, KeyError for an unknown root."""
        raise NotImplementedError

    def accounts(self) -> list[SimAccount]:
        """Return all accounts."""
        raise NotImplementedError

    def account(self, account_id: int) -> SimAccount | None:
        """Return one account."""
        raise NotImplementedError

    def contracts(self) -> list[SimContract]:
        """Return the active contracts."""
        raise NotImplementedError

    def contract(self, contract_id: str) -> SimContract | None:
        """Return one contract, also an inactive month."""
        raise NotImplementedError

    def search_contracts(self, text: str) -> list[SimContract]:
        """Return at most 20 active contracts matching loosely."""
        raise NotImplementedError

    def orders(self, account_id: int) -> Sequence[SimOrder]:
        """Return every order of the account, by id."""
        raise NotImplementedError

    def order(self, order_id: int) -> SimOrder | None:
        """Return one order."""
        raise NotImplementedError

    def open_orders(self, account_id: int) -> list[SimOrder]:
        """Return working orders without the suspended ones, by id."""
        raise NotImplementedError

    def positions(self, account_id: int) -> list[SimPosition]:
        """Return the open positions."""
        raise NotImplementedError

    def trades(
        self, account_id: int, start: datetime | None = None, end: datetime | None = None
    ) -> list[SimTrade]:
        """Return fills from `start` up to and including `end`, newest first."""
        raise NotImplementedError

    def quote(self, contract_id: str) -> SimQuote | None:
        """Return the present quote, None for an unknown contract."""
        raise NotImplementedError

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
        """Return bars, newest first (BarsCode)."""
        raise NotImplementedError
