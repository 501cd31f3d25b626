"""What the simulated exchange can be told to do differently (gateway reference, section 10)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(slots=True, frozen=True)
class ExchangeOptions:
    """Choices for one exchange; the defaults are the recorded behaviour where there is one.

    market_hours: refuse orders and stand still outside the hours of gateway reference 5.3.
    live_market: move prices by a seeded walk, one step each `walk_interval_ms`.
    limit_fill: a resting limit fills when price trades "through" it, or on "touch".
    close_reduce_only: a close takes no more than is still open when it fills (off: it can flip).
    close_cancels_legs: closing a position cancels the contract's bracket children.
    orphan_legs: a bracket child without a position to protect still fills (off: cancelled).
    partial_lot: most contracts one fill of an order takes, None for no bound.
    children_per_partial: children activate with each partial fill, sized to it.
    frozen_update_timestamp: `updated` does not move on a fill (recorded Aug 2026).
    start_prices: contracts have a price from the start; off: none until the first set_price.
    start_balance: balance of every account at the start, USD.
    close_delay_ms: from accepting a close to its fill (recorded: 3).
    market_delay_ms: least and most from accepting a market order to its fill (recorded: 6, 8).
    activation_delay_ms: from the parent's complete fill to its children working (recorded: 11).
    oco_delay_ms: from a leg's complete fill to the cancel of the other (recorded: 11 to 14).
    stop_slip_ticks: most ticks a triggered stop fills worse than the market, 0 to this.
    walk_interval_ms: virtual time between two steps of the walk.
    """

    market_hours: bool = False
    live_market: bool = False
    limit_fill: Literal["through", "touch"] = "through"
    close_reduce_only: bool = False
    close_cancels_legs: bool = False
    orphan_legs: bool = True
    partial_lot: int | None = None
    children_per_partial: bool = False
    frozen_update_timestamp: bool = True
    start_prices: bool = True
    start_balance: Decimal = Decimal(150000)
    close_delay_ms: int = 3
    market_delay_ms: tuple[int, int] = (6, 8)
    activation_delay_ms: int = 11
    oco_delay_ms: int = 12
    stop_slip_ticks: int = 2
    walk_interval_ms: int = 200
