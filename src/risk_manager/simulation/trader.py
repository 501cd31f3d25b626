"""The person at the other end: trades in the venue's own platform, as they like.

Sides are signs: size 2 buys two, size -2 sells two. Prices are points; every call acts at once.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from risk_manager.gateway_sim.model import PlaceRequest
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderType
from risk_manager.simulation.setup import ACCOUNT

if TYPE_CHECKING:
    from risk_manager.simulation.world import World

Price = Decimal | int | str


class Trader:
    """Acts on the world's exchange; `strict`: the venue must take every order."""

    def __init__(self, world: World, *, strict: bool = True) -> None:
        self._world = world
        self._strict = strict

    def fill(
        self, contract: str, size: int, price: Price | None = None, *, silent: bool = False
    ) -> int:
        """A market order that fills at once, at `price` if given; `silent`: no hub tells of it."""
        at = None if price is None else Decimal(price)
        answer = self._world.exchange.fill_now(
            ACCOUNT, contract, _side(size), abs(size), at, silent=silent
        )
        return self._taken(answer.code, answer.order_id)

    def market(self, contract: str, size: int) -> int:
        """A market order that fills some milliseconds later."""
        return self.place(contract, OrderType.MARKET, size)

    def limit(self, contract: str, size: int, price: Price) -> int:
        """A resting limit order."""
        return self.place(contract, OrderType.LIMIT, size, limit_price=Decimal(price))

    def stop(self, contract: str, size: int, price: Price) -> int:
        """A resting stop order."""
        return self.place(contract, OrderType.STOP, size, stop_price=Decimal(price))

    def bracket(self, contract: str, size: int, price: Price | None, ticks: int = 40) -> int:
        """An entry (market without a price) with a stop and a target `ticks` away."""
        sign = 1 if size > 0 else -1
        return self.place(
            contract,
            OrderType.MARKET if price is None else OrderType.LIMIT,
            size,
            limit_price=None if price is None else Decimal(price),
            stop_loss_ticks=-ticks * sign,
            stop_loss_type=OrderType.STOP,
            take_profit_ticks=ticks * sign,
            take_profit_type=OrderType.LIMIT,
        )

    def place(self, contract: str, kind: OrderType, size: int, **members: object) -> int:
        """Any order. Returns its id, 0 for one that was refused."""
        request = PlaceRequest(ACCOUNT, contract, kind, _side(size), abs(size), **members)  # type: ignore[arg-type]  # the members are those of PlaceRequest
        answer = self._world.exchange.place(request)
        return self._taken(answer.code, answer.order_id)

    def cancel(self, order_id: int) -> None:
        """Cancel an order, if it still lives."""
        self._world.exchange.cancel(ACCOUNT, order_id)
        self._world.collect()

    def price(self, contract: str, last: Price) -> None:
        """The market moves."""
        self._world.exchange.set_price(contract, Decimal(last))
        self._world.collect()

    def lose(self, contract: str, usd: Price) -> None:
        """Buy one and sell it lower: realise a loss of `usd` (a multiple of the tick value)."""
        row = self._world.exchange.contract(contract)
        quote = self._world.exchange.quote(contract)
        assert row is not None
        assert quote is not None
        assert quote.last is not None
        self.fill(contract, 1, quote.last)
        self.fill(contract, -1, quote.last - Decimal(usd) / row.point_value)

    def _taken(self, code: int, order_id: int | None) -> int:
        self._world.collect()
        if self._strict:
            assert code == 0, code
            assert order_id is not None
        return order_id or 0


def _side(size: int) -> OrderSide:
    return OrderSide.BID if size > 0 else OrderSide.ASK
