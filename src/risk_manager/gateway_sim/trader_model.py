"""What the simulated trader knows, does wrong, and plays with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from risk_manager.gateway_sim.trader_hands import BUY, SELL, TraderHands


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The limits the trader knows and breaks.

    `per_instrument` and `in_all` are contracts, `per_minute` entries. Money is a positive amount
    in USD: `daily_loss` realised, `open_loss` and `open_profit` of one position, `daily_profit`
    realised. `loss_pause` follows a loss of `pausing_loss`, `entry_pause` too many entries. `opens`
    is the start of the story and `session_end` when trading MCL must end that day (aware UTC).
    """

    per_instrument: int
    in_all: int
    per_minute: int
    daily_loss: Decimal
    open_loss: Decimal
    open_profit: Decimal
    daily_profit: Decimal
    pausing_loss: Decimal
    entry_pause: timedelta
    loss_pause: timedelta
    stop_grace: timedelta
    opens: datetime
    session_end: datetime


@dataclass(frozen=True, slots=True)
class Mistake:
    """One rule that must act and what the book must show once it has.

    The event is the fill of `fill_of`, else it happened at `since`, else it is the first of
    `orders` being placed. Afterwards `allowed` contracts are open in each of `contracts`, none of
    `orders` is working, and each of `kept` is: at the price `stop_at`, if that is given.
    `reason` is the breach in a few words, `lesson` the sentence that explains it to a viewer:
    what was done, why, and what is still allowed.
    """

    rule: str
    reason: str
    lesson: str
    contracts: Sequence[str] = ()
    allowed: int = 0
    orders: Sequence[int] = ()
    kept: Sequence[int] = ()
    stop_at: Decimal | None = None
    fill_of: int | None = None
    since: datetime | None = None


class Part:
    """A part of the day: it has the trader's hands, the rules, the dice and the favourite side."""

    def __init__(
        self, hands: TraderHands, rules: HouseRules, dice: random.Random, side: int
    ) -> None:
        self.hands = hands
        self.rules = rules
        self.dice = dice
        self.side = side
        self.other = SELL if side == BUY else BUY

    def later(self, **since_opening: int) -> None:
        """Let the clock move on, to `hours`, `minutes` and so on after the story's start."""
        self.hands.clock_to(self.rules.opens + timedelta(**since_opening))

    def gain(self, points: Decimal) -> Decimal:
        """Return the move of the market that brings the favourite side `points` of profit."""
        return points if self.side == BUY else -points
