"""Who trades in a long run, and the prices they see."""

from datetime import datetime
from decimal import Decimal
from random import Random

from benchmarks.soak_world import SoakWorld
from risk_manager.domain.events import QuoteChanged
from risk_manager.domain.ids import ContractId
from risk_manager.gateway_sim.model import SimContract
from risk_manager.simulation.setup import ACCOUNT
from tests.harness.random_trader import CONTRACTS, RandomTrader

MOST_ORDERS = 15


class Person:
    """A random trader who can also stop: flat, and no order left."""

    def __init__(self, world: SoakWorld, seed: int) -> None:
        self._world = world
        self._trader = RandomTrader(world, Random(seed))

    def act(self) -> None:
        """Do one thing, and keep the order book within reason."""
        self._trader.act()
        orders = self._world.exchange.open_orders(ACCOUNT)
        for order in orders[: max(0, len(orders) - MOST_ORDERS)]:
            self._world.trader.cancel(order.id)

    def rest(self) -> None:
        """Go flat and cancel everything."""
        for order in self._world.exchange.open_orders(ACCOUNT):
            self._world.trader.cancel(order.id)
        for contract_id in CONTRACTS:
            net = self._world.net(contract_id)
            if net:
                self._world.trader.fill(contract_id, -net)


class Prices:
    """Quotes around the exchange's own last price, some of them partial, from a seed."""

    def __init__(self, world: SoakWorld, seed: int) -> None:
        self._world = world
        self._random = Random(seed).random
        found = (world.exchange.contract(contract_id) for contract_id in CONTRACTS)
        self._rows: list[SimContract] = [row for row in found if row is not None]
        self._around: list[tuple[ContractId, Decimal, Decimal]] = []

    def look(self) -> None:
        """Take the exchange's prices of now."""
        quotes = [(row, self._world.exchange.quote(row.id)) for row in self._rows]
        self._around = [
            (ContractId(row.id), quote.last, row.tick_size)
            for row, quote in quotes
            if quote is not None and quote.last is not None
        ]

    def quote(self, at: datetime) -> QuoteChanged:
        """The next quote."""
        draw = self._random()
        contract_id, last, tick = self._around[int(draw * 4)]
        ticks = int(self._random() * 7)
        if ticks > 4:
            return QuoteChanged(contract_id, bid=last - tick, at=at)
        last += (ticks - 2) * tick
        return QuoteChanged(contract_id, last, last - tick, last + tick, at)
