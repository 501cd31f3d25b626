"""One contract's wish for a tighter stop, and whether the market allows it (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from risk_manager.config.models import PriceBasis
from risk_manager.domain.positions import Position
from risk_manager.domain.unknown import Unknown
from risk_manager.enforcement.contract_desk import Demand
from risk_manager.state.quote_tracker import QuoteTracker


@dataclass(slots=True)
class Wish:
    """One contract. Times are monotonic seconds.

    Only a look requested at or after `asked` counts; `is_planned` says that one will come.
    `refused` is when a change was refused: the next quote wakes the wish. `asked_whole` is
    when the suspended children were asked for last.
    """

    opening: str
    price: Decimal
    every_s: float
    why: Demand
    asked: float
    is_planned: bool = False
    refused: float | None = None
    asked_whole: float = float("-inf")


def is_behind_market(quotes: QuoteTracker, position: Position, price: Decimal, mono: float) -> bool:
    """Whether a stop at `price` would rest: on the far side of last and of the exit price.

    False without any price. A stale one counts.
    """
    contract_id, side = position.contract_id, position.side
    found = [
        quotes.price(contract_id, side, basis, mono, float("inf"))
        for basis in (PriceBasis.LAST, PriceBasis.EXIT)
    ]
    known = [one.value for one in found if not isinstance(one, Unknown)]
    return bool(known) and all((one - price) * side.sign > 0 for one in known)
