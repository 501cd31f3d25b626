"""Exact numbers: USD amounts and prices are `Decimal` from the wire on.

A bond tick is worth 7.8125 USD and ten losses of 0.10 must be exactly 1.00, so binary floats
never enter.
"""

from __future__ import annotations

from decimal import Decimal

ZERO = Decimal(0)


def usable_price(value: Decimal | None) -> Decimal | None:
    """Return a price the venue may quote, else None (missing).

    NaN, infinite, zero and negative prices count as missing: last price is often
    zero on the real feed, and a zero price would look like a total loss.
    """
    if value is None or not value.is_finite() or value <= ZERO:
        return None
    return value


def usd(amount: Decimal) -> str:
    """Return an amount for people: thousands separated, cents, sign kept (`-1,250.00`).

    Zero has no sign: a short at its entry price is worth a negative zero.
    """
    return f"{amount + ZERO:,.2f}"
