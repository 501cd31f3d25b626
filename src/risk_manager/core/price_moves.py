"""What one account is worth while nothing but prices moves (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, Self

from risk_manager.domain.ids import ContractId
from risk_manager.domain.money import ZERO
from risk_manager.domain.positions import Position
from risk_manager.domain.price_move import PriceMove
from risk_manager.domain.unknown import Unknown
from risk_manager.state.account_state import AccountState
from risk_manager.state.pnl_view import Market


class _Held(NamedTuple):
    """`worth` is the tick value in USD times the signed size."""

    position: Position
    entry: Decimal
    worth: Decimal
    tick_size: Decimal


class PriceMoves:
    """Open P&L of one account, kept position by position."""

    def __init__(
        self, account: AccountState, market: Market, held: Mapping[ContractId, _Held]
    ) -> None:
        self._market = market
        self._basis = market.settings.price_basis
        self._held = held
        self._pnls: dict[ContractId, Decimal] = {}
        self._gross = account.pnl.realized(net=False)
        self._net = account.pnl.realized(net=True)

    @classmethod
    def of(cls, account: AccountState, market: Market, mono: float) -> Self | None:
        """Value every position at `mono`; None unless only an event can change what one is worth.

        A jump or a bar that waits, or a size that differs from the fills, changes it by itself.
        """
        moves = cls(account, market, dict(_held(account, market)))
        positions = account.positions.all()
        if len(moves._held) < len(positions):
            return None
        for position in positions:
            if moves.take(position.contract_id, mono) is None:
                return None
        return moves

    def take(self, contract_id: ContractId, mono: float) -> PriceMove | None:
        """Value one position anew; None unless its price is certain to stand."""
        held, quotes = self._held.get(contract_id), self._market.quotes
        if held is None or not quotes.is_settled(contract_id):
            return None
        price = quotes.value(contract_id, held.position.side, self._basis, mono)
        if isinstance(price, Unknown):
            return None
        # As `state.open_pnl.unrealized`: the division comes last, so that it stays exact.
        pnl = (price - held.entry) * held.worth / held.tick_size
        self._pnls[contract_id] = pnl
        total = sum(self._pnls.values(), ZERO)
        return PriceMove(held.position, price, held.tick_size, pnl, total, self._gross, self._net)


def _held(account: AccountState, market: Market) -> Iterable[tuple[ContractId, _Held]]:
    """The positions of which everything but the price is known and undisputed."""
    for position in account.positions.all():
        contract_id, entry = position.contract_id, position.average_price
        contract = market.contracts.get(contract_id)
        if isinstance(contract, Unknown) or entry is None:
            continue
        if account.exposure.exposure(contract_id) == position.signed_size:
            worth = contract.tick_value * position.signed_size
            yield contract_id, _Held(position, entry, worth, contract.tick_size)
