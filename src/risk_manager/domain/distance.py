"""How far a rule is from its limit, as data for the screens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Unit(StrEnum):
    """What a distance is counted in."""

    USD = "USD"
    CONTRACTS = "contracts"
    TICKS = "ticks"
    TRADES = "trades"
    SECONDS = "s"


@dataclass(frozen=True, slots=True)
class Left:
    """What is left until a limit, never negative; 0 is at the limit or beyond.

    `of` names the symbol or window that is nearest to its limit, None for the whole account.
    `whole` is the way from nothing used to the limit, above 0, where there is such a way.
    """

    amount: Decimal
    unit: Unit
    of: str | None = None
    whole: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NextOrder:
    """An order the trader might place: it adds exposure in a symbol. `sign` is +1 to buy."""

    root: str
    sign: int


def left(
    amount: Decimal | int, unit: Unit, of: str | None = None, whole: Decimal | int | None = None
) -> Left:
    """Build a distance; a negative amount is one of 0, and a whole of 0 or less is none."""
    way = None if whole is None or whole <= 0 else Decimal(whole)
    return Left(max(Decimal(amount), Decimal(0)), unit, of, way)


def nearest(distances: Iterable[Left]) -> Left | None:
    """The smallest distance of one unit; the first of equals, None of none."""
    return min(distances, key=lambda one: one.amount, default=None)
