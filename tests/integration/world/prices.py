"""Positions at known prices, and the open profit and loss the daemon shows."""

from decimal import Decimal
from typing import Any

from tests.integration.world.venue import Venue
from tests.integration.world.world import World


def quote(venue: Venue, last: Any, symbol: str = "MNQ") -> None:
    """A quote so close around the last price that the price is the last one."""
    venue.price(symbol, last, last, last)


def open_at(world: World, size: int, price: Any = 21000, symbol: str = "MNQ") -> None:
    """A position of the trader at a price the market stands at, priced by the daemon."""
    venue = world.venue
    quote(venue, price, symbol)
    venue.fill(symbol, size, price)
    world.wait_for(lambda: world.status()["unrealized_pnl"] is not None, what="a price")
    world.wait_seen(symbol, size)


def wait_open(world: World, usd: Any) -> None:
    """Wait until the open profit and loss shown is this."""

    def right() -> bool:
        shown = world.status()["unrealized_pnl"]
        return shown is not None and Decimal(shown) == Decimal(str(usd))

    world.wait_for(right, what=f"open {usd}")
