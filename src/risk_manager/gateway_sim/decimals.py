"""Exact arithmetic on prices: alignment to the tick, averages and profit and loss."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from risk_manager.gateway_sim.model import SimContract

# Own context: the answer must not depend on what the calling thread has set.
_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)
# Twelve places keep a yen average (12 500 000 USD a point) exact to a hundred-thousandth of a USD.
_AVERAGE_PLACES = Decimal("1e-12")
# The gateway prints nine places of profit and loss.
_PNL_PLACES = Decimal("1e-9")


def is_aligned(price: Decimal, tick: Decimal) -> bool:
    """Return whether `price` is a whole number of ticks; zero and negative prices may be."""
    return _CONTEXT.remainder(price, tick) == 0


def to_tick(price: Decimal, tick: Decimal) -> Decimal:
    """Return the tick price nearest to `price`, a half going to the even tick."""
    ticks = _CONTEXT.divide(price, tick).to_integral_value(ROUND_HALF_EVEN)
    return _CONTEXT.multiply(ticks, tick)


def average(size: int, price: Decimal, more: int, more_price: Decimal) -> Decimal:
    """Return the size-weighted mean of two prices; `size` may be 0, not both."""
    if size == 0:
        return more_price
    total = _CONTEXT.add(_CONTEXT.multiply(price, size), _CONTEXT.multiply(more_price, more))
    return plain(_CONTEXT.divide(total, Decimal(size + more)), _AVERAGE_PLACES)


def gross_pnl(
    contract: SimContract, entry: Decimal, exit_price: Decimal, size: int, sign: int
) -> Decimal:
    """Return (exit - entry) x sign x size x point value in USD (gateway reference, 5.1).

    `sign` is +1 where a long was closed, -1 for a short.
    """
    points = _CONTEXT.multiply(_CONTEXT.subtract(exit_price, entry), Decimal(sign * size))
    return plain(_CONTEXT.multiply(points, contract.point_value), _PNL_PLACES)


def plain(value: Decimal, places: Decimal) -> Decimal:
    """Return `value` rounded to `places`, without trailing zeros and without an exponent."""
    rounded = value.quantize(places, context=_CONTEXT).normalize(_CONTEXT)
    is_whole = rounded == rounded.to_integral_value()
    return rounded.quantize(Decimal(1), context=_CONTEXT) if is_whole else rounded
