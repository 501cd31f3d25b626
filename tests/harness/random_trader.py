"""A trader who does anything at all, from a seed."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from risk_manager.simulation.setup import ACCOUNT, ES, MNQ, NQ, RTY

if TYPE_CHECKING:
    from risk_manager.simulation.world import World

DEEDS = (
    *("market", "market", "fill", "limit", "stop", "bracket"),
    *("cancel", "price", "price", "lose"),
)
CONTRACTS = (MNQ, ES, NQ, RTY)


class RandomTrader:
    """Acts on a world's exchange."""

    def __init__(self, world: World, rng: Random) -> None:
        self._world = world
        self._rng = rng

    def act(self) -> None:
        """Do one thing."""
        rng, trader = self._rng, self._world.trader
        contract_id = rng.choice(CONTRACTS)
        size = rng.choice([-3, -2, -1, -1, 1, 1, 2, 3])
        row = self._world.exchange.contract(contract_id)
        quote = self._world.exchange.quote(contract_id)
        assert row is not None
        assert quote is not None
        assert quote.last is not None
        last, tick = quote.last, row.tick_size
        away = rng.randint(2, 40) * tick
        sign = Decimal(1 if size > 0 else -1)
        match rng.choice(
            [
                "market",
                "market",
                "fill",
                "limit",
                "stop",
                "bracket",
                "cancel",
                "price",
                "price",
                "lose",
            ]
        ):
            case "market":
                trader.market(contract_id, size)
            case "fill":
                trader.fill(contract_id, size)
            case "limit":
                trader.limit(contract_id, size, last - sign * away)
            case "stop":
                trader.stop(contract_id, size, last + sign * away)
            case "bracket":
                trader.bracket(contract_id, size, rng.choice([None, last - sign * away]), 20)
            case "cancel":
                self._cancel_some()
            case "price":
                trader.price(contract_id, last + rng.randint(-30, 30) * tick)
            case _:
                trader.lose(contract_id, rng.randint(1, 20) * row.tick_value)

    def _cancel_some(self) -> None:
        orders = self._world.exchange.open_orders(ACCOUNT)
        if orders:
            self._world.trader.cancel(self._rng.choice(orders).id)
