"""A seeded trader: round trips with everything people do, also what they should not do."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from risk_manager.gateway_sim.model import SimOrder
from risk_manager.gateway_sim.venue_enums import OrderType
from risk_manager.simulation.faults import BLIND_S
from risk_manager.simulation.promptness import CLOSED_S
from risk_manager.simulation.seeded import SeededSource
from risk_manager.simulation.setup import ACCOUNT

if TYPE_CHECKING:
    from risk_manager.simulation.week_world import WeekWorld

ROOTS = ("MNQ", "MNQ", "ES", "NQ", "RTY")
WAITS = (0.02, 0.3, 1.0, 1.0, 3.0, 6.0, 15.0)
STOPS = (OrderType.STOP, OrderType.TRAILING_STOP)


class Persona:
    """One person with one account; `trip` is one visit to the market."""

    def __init__(self, world: WeekWorld, source: SeededSource) -> None:
        self._world = world
        self._source = source
        self._deeds: tuple[Callable[[str], None], ...] = (
            *(self._enter, self._enter, self._add, self._flip, self._reduce, self._silent),
            *(self._stop, self._stop, self._move_stop, self._remove, self._bracket, self._limit),
            *(self._drift, self._drift, self._drift, self._drift, self._swing),
        )

    def trip(self) -> None:
        """Go in, do this and that, and in the end close what is left."""
        source = self._source
        contract = self._contract(source.choice(ROOTS))
        self._enter(contract)
        for _ in range(source.integer(3, 9)):
            self._world.run(source.choice(WAITS))
            if source.chance(0.1):
                contract = self._contract(source.choice(ROOTS))
            source.choice(self._deeds)(contract)
        self._world.run(source.choice(WAITS))
        self.tidy()

    def tidy(self) -> None:
        """Close everything by hand, and cancel what still works."""
        for _ in range(3):
            for position in self._world.exchange.positions(ACCOUNT):
                net = position.size * position.type.sign
                self._world.trader.market(position.contract_id, -net)
            for order in self._world.exchange.open_orders(ACCOUNT):
                if order.type is not OrderType.MARKET:
                    self._world.trader.cancel(order.id)
            self._world.run(1.0)
            if self.is_done:
                return

    @property
    def is_done(self) -> bool:
        """Whether nothing is open or working."""
        exchange = self._world.exchange
        return not exchange.positions(ACCOUNT) and not exchange.open_orders(ACCOUNT)

    def _contract(self, root: str) -> str:
        """The front month of a symbol."""
        return self._world.front(root)

    def _size(self, most: int = 3) -> int:
        return self._source.integer(1, most) * self._source.choice([-1, 1])

    def _net(self, contract: str) -> int:
        return self._world.net(contract)

    def _enter(self, contract: str) -> None:
        if not self._world.is_open(contract):
            self._world.faults.note("market closed", CLOSED_S)
        self._world.trader.market(contract, self._size())

    def _add(self, contract: str) -> None:
        sign = -1 if self._net(contract) < 0 else 1
        self._world.trader.market(contract, sign * self._source.integer(1, 2))

    def _flip(self, contract: str) -> None:
        self._world.trader.market(contract, -2 * self._net(contract) or 1)

    def _reduce(self, contract: str) -> None:
        net = self._net(contract)
        self._world.trader.market(contract, -net if abs(net) < 2 else -net // 2 or 1)

    def _silent(self, contract: str) -> None:
        """An order of the web page, of which no hub tells."""
        self._world.trader.fill(contract, self._size(2), silent=True)
        self._world.faults.note("silent order", BLIND_S)

    def _stop(self, contract: str) -> None:
        net = self._net(contract)
        if net:
            away = self._ticks(contract, 4, 40) * (1 if net > 0 else -1)
            self._world.trader.stop(contract, -net, self._last(contract) - away)

    def _move_stop(self, contract: str) -> None:
        order = self._some_order(contract)
        if order is not None and order.stop_price is not None:
            new = order.stop_price + self._ticks(contract, 1, 8) * self._source.choice([-1, 1])
            self._world.exchange.modify(ACCOUNT, order.id, stop_price=new)
            self._world.collect()

    def _remove(self, contract: str) -> None:
        order = self._some_order(contract)
        if order is not None:
            self._world.trader.cancel(order.id)

    def _bracket(self, contract: str) -> None:
        size = self._size(2)
        away = self._ticks(contract, 2, 20) * (1 if size > 0 else -1)
        price = None if self._source.chance(0.5) else self._last(contract) - away
        self._world.trader.bracket(contract, size, price, self._source.integer(8, 30))
        self._world.faults.note("suspended children", 0)

    def _limit(self, contract: str) -> None:
        size = self._size(2)
        away = self._ticks(contract, 1, 12) * (1 if size > 0 else -1)
        self._world.trader.limit(contract, size, self._last(contract) - away)

    def _drift(self, contract: str) -> None:
        self._move(contract, self._ticks(contract, 0, 12))

    def _swing(self, contract: str) -> None:
        self._move(contract, self._ticks(contract, 10, 80))

    def _move(self, contract: str, by: Decimal) -> None:
        if self._world.is_open(contract):
            price = self._last(contract) + by * self._source.choice([-1, 1])
            self._world.trader.price(contract, price)

    def _some_order(self, contract: str) -> SimOrder | None:
        orders = self._world.exchange.open_orders(ACCOUNT)
        mine = [one for one in orders if one.contract_id == contract and one.type in STOPS]
        return self._source.choice(mine) if mine else None

    def _ticks(self, contract: str, low: int, high: int) -> Decimal:
        row = self._world.exchange.contract(contract)
        assert row is not None
        return self._source.integer(low, high) * row.tick_size

    def _last(self, contract: str) -> Decimal:
        quote = self._world.exchange.quote(contract)
        assert quote is not None
        assert quote.last is not None
        return quote.last
