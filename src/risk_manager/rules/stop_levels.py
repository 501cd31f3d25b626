"""Where RULE-012 wants the stop of one position (pure).

Prices are in the contract's points, distances in ticks. What must survive a restart is the text of
`Followed`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Position


@dataclass(frozen=True, slots=True)
class StopRules:
    """The configured distances; None switches a part off."""

    trigger: int | None = None
    offset: int = 0
    activation: int | None = None
    distance: int = 0

    @property
    def first(self) -> Decimal:
        """The profit in ticks below which neither part does anything; with both off no profit."""
        known = [Decimal(one) for one in (self.trigger, self.activation) if one is not None]
        return min(known, default=Decimal("inf"))


@dataclass(frozen=True, slots=True)
class Followed:
    """What is remembered of a position: whether breakeven was reached, and the best price.

    `best` is None until the trail is active. `opening` tells the position from later ones.
    """

    opening: str
    armed: bool = False
    best: Decimal | None = None

    def text(self) -> str:
        """As it is stored."""
        return f"{self.opening}|{int(self.armed)}|{self.best or ''}"

    @staticmethod
    def of(text: str | None, position: Position) -> Followed:
        """Read what is stored; another position of the contract starts anew."""
        if text is not None:
            opening, armed, best = text.split("|")
            if opening == position.opening:
                return Followed(opening, armed == "1", Decimal(best) if best else None)
        return Followed(position.opening)


def profit_ticks(side: Side, entry: Decimal, price: Decimal, tick: Decimal) -> Decimal:
    """Return how far `price` is in profit, in ticks; negative in loss."""
    return (price - entry) * side.sign / tick


def follow(
    known: Followed, side: Side, profit: Decimal, price: Decimal, rules: StopRules
) -> Followed:
    """Take the newest price of a position whose profit is `profit` ticks; reached is triggered."""
    if rules.trigger is not None and profit >= rules.trigger:
        known = replace(known, armed=True)
    if rules.activation is None or (known.best is None and profit < rules.activation):
        return known
    if known.best is None or (price - known.best) * side.sign > 0:
        return replace(known, best=price)
    return known


def level_of(
    known: Followed, side: Side, entry: Decimal, tick: Decimal, rules: StopRules
) -> Decimal | None:
    """Return the tighter of both stops, on a tick; None while neither is triggered.

    Rounding never makes breakeven a loss, and never brings the trail nearer than its distance.
    """
    levels = []
    if rules.trigger is not None and known.armed:
        levels.append(_rounded(entry + side.sign * rules.offset * tick, tick, up=side is Side.BUY))
    if rules.activation is not None and known.best is not None:
        behind = known.best - side.sign * rules.distance * tick
        levels.append(_rounded(behind, tick, up=side is Side.SELL))
    return max(levels, key=lambda level: side.sign * level, default=None)


def _rounded(price: Decimal, tick: Decimal, *, up: bool) -> Decimal:
    """Return the nearest tick on one side."""
    whole = (price / tick).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
    return whole * tick
