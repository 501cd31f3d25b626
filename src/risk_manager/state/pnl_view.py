"""P&L as rules see it: realised, open, and their sum on a consistent pair (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from risk_manager.config.models import GlobalConfig
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import ContractId
from risk_manager.domain.money import ZERO
from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown
from risk_manager.state.account_state import AccountState
from risk_manager.state.contract_cache import ContractCache
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.open_pnl import (
    OpenPart,
    combined,
    combined_priced,
    consistent_size,
    unrealized,
)
from risk_manager.state.quote_tracker import QuoteTracker

UNPRICED_TESTED_AFTER_S = 30.0
"""A position without any price for so long counts 0, and the priced rest is tested alone."""


@dataclass(slots=True)
class Market:
    """What all accounts share: contracts, quotes, locks; and the account's own settings."""

    contracts: ContractCache
    quotes: QuoteTracker
    locks: LockoutManager
    settings: GlobalConfig


@dataclass(frozen=True, slots=True)
class _Priced:
    """The open P&L of a position at one price; it holds for as long as all three are the same."""

    position: Position
    size: int
    price: Decimal
    part: OpenPart


class PnlView:
    """The P&L part of the view of one account; `at` gives it each step's instants."""

    def __init__(
        self,
        account: AccountState,
        market: Market,
        targets: Callable[[ContractId], int | None],
    ) -> None:
        self._account = account
        self._market = market
        self._targets = targets
        self._stamp: Stamp | None = None
        self._last: dict[ContractId, _Priced] = {}
        self._whole: dict[ContractId, OpenPart] = {}
        self._paired: dict[ContractId, OpenPart] = {}

    def at(self, stamp: Stamp) -> Self:
        """Set the step's instants before it is asked; returns itself.

        What was found out for an earlier question is forgotten: the state may have changed.
        """
        self._stamp = stamp
        self._whole, self._paired = {}, {}
        return self

    @property
    def stamp(self) -> Stamp:
        """The step's instants."""
        if self._stamp is None:
            raise RuntimeError("the view was used outside a step")
        return self._stamp

    def realized_pnl_today(self, *, net: bool) -> Decimal | Unknown:
        """Realised P&L of the trading day."""
        return self._account.pnl.realized(net=net)

    def combined_pnl_today(self, *, net: bool) -> Decimal | Unknown:
        """Realised plus open P&L on a consistent pair."""
        return combined(self.realized_pnl_today(net=net), self.open_parts())

    def priced_pnl_today(self, *, net: bool) -> Decimal | None:
        """Realised plus the priced part, once a price has been missing for 30 s."""
        since = self._account.unpriced_since
        if since is None or self.stamp.mono - since < UNPRICED_TESTED_AFTER_S:
            return None
        value = combined_priced(self.realized_pnl_today(net=net), self.open_parts())
        return None if isinstance(value, Unknown) else value

    def unrealized_pnl(self) -> Decimal | Unknown:
        """Open P&L of the whole account in USD; Unknown if any part is."""
        return combined(ZERO, self._whole_parts())

    def priced_unrealized_pnl(self) -> Decimal | None:
        """Open P&L of the priced positions, once a price has been missing for 30 s."""
        since = self._account.unpriced_since
        if since is None or self.stamp.mono - since < UNPRICED_TESTED_AFTER_S:
            return None
        value = combined_priced(ZERO, self._whole_parts())
        return None if isinstance(value, Unknown) else value

    def position_pnl(self, contract_id: ContractId) -> Decimal | Unknown:
        """Open P&L of one position in USD, on its reported size; 0 when flat.

        Also 0 when its fills have closed or turned it and the report of that is still to come.
        """
        position = self._account.positions.get(contract_id)
        return ZERO if position is None else self._whole_part(position).pnl

    def paired_pnl(self, contract_id: ContractId) -> Decimal | Unknown:
        """Open P&L of one position in USD, on the size that its fills confirm; 0 when flat."""
        position = self._account.positions.get(contract_id)
        return ZERO if position is None else self._part(position).pnl

    def _whole_parts(self) -> Sequence[OpenPart]:
        """Open P&L per contract on the reported sizes; 0 for what its fills have closed."""
        return [self._whole_part(position) for position in self._account.positions.all()]

    def open_parts(self) -> list[OpenPart]:
        """Open P&L per contract, on sizes that trades and positions agree on."""
        return [self._part(position) for position in self._account.positions.all()]

    def unrealized_of(self, position: Position, size: int) -> OpenPart:
        """Open P&L in USD of `size` contracts of a position."""
        contract_id = position.contract_id
        price = self.price_of(position)
        last = self._last.get(contract_id)
        if (
            last is not None
            and last.price is price
            and last.position is position
            and last.size == size
        ):
            return last.part
        contract = self._market.contracts.get(contract_id)
        if isinstance(contract, Unknown):
            return OpenPart(contract_id, contract)
        if position.average_price is None:
            return OpenPart(contract_id, Unknown(f"no average price of {contract.name}"))
        if isinstance(price, Unknown):
            return OpenPart(contract_id, price, lacks_price=True)
        pnl = unrealized(size, position.side, position.average_price, price, contract)
        part = OpenPart(contract_id, pnl)
        self._last[contract_id] = _Priced(position, size, price, part)
        return part

    def price_of(self, position: Position) -> Decimal | Unknown:
        """The price in points that a position is valued at; a stale one counts."""
        return self._market.quotes.value(
            position.contract_id,
            position.side,
            self._market.settings.price_basis,
            self.stamp.mono,
        )

    def _whole_part(self, position: Position) -> OpenPart:
        part = self._whole.get(position.contract_id)
        if part is None:
            gone = self._account.exposure.has_closed(position.contract_id, position.signed_size)
            part = self._part(position) if gone else self.unrealized_of(position, position.size)
            self._whole[position.contract_id] = part
        return part

    def _part(self, position: Position) -> OpenPart:
        part = self._paired.get(position.contract_id)
        if part is None:
            part = self._paired[position.contract_id] = self._paired_part(position)
        return part

    def _paired_part(self, position: Position) -> OpenPart:
        contract_id = position.contract_id
        if self._account.pairs.is_unknown(contract_id, self.stamp.mono):
            return OpenPart(contract_id, Unknown(f"trades and position of {contract_id} differ"))
        by_fills = self._account.exposure.exposure(contract_id)
        size = abs(consistent_size(position.signed_size, by_fills))
        return OpenPart(contract_id, ZERO) if size == 0 else self.unrealized_of(position, size)
