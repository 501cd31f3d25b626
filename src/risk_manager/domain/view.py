"""The read-only view of one account that rules see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from risk_manager.domain.contracts import Contract
from risk_manager.domain.counts import TradeCounts
from risk_manager.domain.cover import Cover
from risk_manager.domain.ids import AccountId, ContractId, OrderId, TradeId
from risk_manager.domain.locks import Lockout
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position, Trade
from risk_manager.domain.unknown import Unknown


class AccountView(Protocol):
    """One account as we know it at one step. Nothing here changes anything.

    Sizes are contracts, amounts USD, instants aware UTC.
    """

    @property
    def account_id(self) -> AccountId:
        """The account."""
        ...

    @property
    def now(self) -> datetime:
        """Trusted time of this step."""
        ...

    @property
    def next_reset(self) -> datetime:
        """The next daily reset strictly after now."""
        ...

    def positions(self) -> Sequence[Position]:
        """Open positions (size > 0), as reported."""
        ...

    def position(self, contract_id: ContractId) -> Position | None:
        """The open position of a contract, None when flat."""
        ...

    def size_after_pending(self, contract_id: ContractId) -> int:
        """The smaller of the size and the target of an action planned or in flight on it."""
        ...

    def contract(self, contract_id: ContractId) -> Contract | Unknown:
        """A contract's data; Unknown until it is loaded."""
        ...

    def price_of(self, position: Position) -> Decimal | Unknown:
        """The price in points that a position is valued at; a stale one counts."""
        ...

    def exposure(self, contract_id: ContractId) -> int:
        """Signed exposure by fills (positive long)."""
        ...

    def root_of(self, contract_id: ContractId) -> str | Unknown:
        """The trader's ticker of a contract; Unknown until the contract is loaded."""
        ...

    def label(self, contract_id: ContractId) -> str:
        """What a person reads: the ticker of a contract, or its id while that is not known."""
        ...

    def entry_orders(self) -> Sequence[Order]:
        """Alive orders that could increase exposure, by our state: flat contract or same side.

        A child of a bracket is never listed: its parent decides.
        """
        ...

    def realized_pnl_today(self, *, net: bool) -> Decimal | Unknown:
        """Realised P&L of the trading day; `net` subtracts fees and commissions."""
        ...

    def combined_pnl_today(self, *, net: bool) -> Decimal | Unknown:
        """Realised plus open P&L on a consistent pair; Unknown while a part of it is."""
        ...

    def priced_pnl_today(self, *, net: bool) -> Decimal | None:
        """Realised plus open P&L of the priced positions only.

        None until the combined value has been Unknown for want of a price for 30 s in an open
        market; then an unpriced position counts 0.
        """
        ...

    def opened_before(self, contract_id: ContractId, instant: datetime) -> bool:
        """Whether the open position existed before `instant` (exchange time)."""
        ...

    def lock_of(self, scope: str, rule_id: str) -> Lockout | None:
        """The active lock of a rule on a scope, if any."""
        ...

    def locks_by(self, rule_id: str) -> Sequence[Lockout]:
        """The active locks of a rule, on any scope."""
        ...

    def unrealized_pnl(self) -> Decimal | Unknown:
        """Open P&L of the whole account; Unknown if any part is."""
        ...

    def priced_unrealized_pnl(self) -> Decimal | None:
        """Open P&L of the priced positions, once a price has been missing for 30 s; else None."""
        ...

    def position_pnl(self, contract_id: ContractId) -> Decimal | Unknown:
        """Open P&L of one position on its reported size; 0 when flat."""
        ...

    def paired_pnl(self, contract_id: ContractId) -> Decimal | Unknown:
        """Open P&L of one position on the size that its fills confirm, for a sum with realised.

        0 when flat; Unknown while trades and position have differed for over 1 s.
        """
        ...

    def can_trade(self) -> bool | None:
        """The venue's flag; None while unknown."""
        ...

    def reset_after(self, instant: datetime) -> datetime:
        """The next daily reset strictly after an instant."""
        ...

    def newest_counted(self) -> Trade | None:
        """The first fill of the newest counted trade of the session."""
        ...

    def is_counted_anew(self, trade_id: TradeId) -> bool:
        """Whether a fill brought a counted trade that was not counted before."""
        ...

    def opens(self, trade_id: TradeId) -> bool:
        """Whether a fill of the session opened exposure and is not of a close of ours."""
        ...

    def trade_counts(self, at: datetime) -> TradeCounts:
        """Counted trades in the windows that end at `at` (exchange time)."""
        ...

    def fills_of_order(self, order_id: OrderId) -> Sequence[Trade]:
        """The day's fills of one order that are not voided, by exchange time."""
        ...

    def has_reversed(self, order_id: OrderId) -> bool:
        """Whether fills of one order both closed and opened exposure today."""
        ...

    def order_created_at(self, order_id: OrderId) -> datetime | None:
        """When an order was created, if we know it."""
        ...

    def cover(self, contract_id: ContractId) -> Cover:
        """What the stops of a position are worth; nothing when flat."""
        ...

    def fills(self, contract_id: ContractId) -> Sequence[Trade]:
        """The trading day's fills of a contract."""
        ...

    def looked_at(self, *, suspended: bool = False) -> datetime | None:
        """When the last look was requested, by trusted time; None before the first.

        `suspended`: the last one that also read the suspended children of brackets.
        """
        ...

    @property
    def read_failure(self) -> str | None:
        """Why a part of the last read failed, whatever part; None when all is read."""
        ...

    @property
    def look_failure(self) -> str | None:
        """Why orders and positions could not be read last time; None when they were."""
        ...

    def memory(self, rule_id: str, key: str) -> str | None:
        """What the rule asked to be kept under a key."""
        ...
