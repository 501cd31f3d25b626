"""A seeded trader who breaks every rule on purpose, through the control path like a real one would.

Each mistake is one method: it tells the story in plain words, trades, and returns what the book
must show afterwards. Nothing here knows the guard; whoever judges looks at the book.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

from risk_manager.gateway_sim.trader_afternoon import Afternoon
from risk_manager.gateway_sim.trader_hands import BUY, SELL, TraderHands
from risk_manager.gateway_sim.trader_midday import Midday
from risk_manager.gateway_sim.trader_model import HouseRules, Mistake
from risk_manager.gateway_sim.trader_morning import BLOCKED, Morning
from risk_manager.gateway_sim.trader_next_day import NextDay

SYMBOLS = ("MNQ", "MES", "NQ", "MCL", BLOCKED)
"""What the trader trades."""

_NIGHT = timedelta(hours=23)
"""From the start of the story to the next morning."""


class RuleBreaker:
    """The trader's day, played with `hands` that know SYMBOLS; same seed, same story."""

    def __init__(self, hands: TraderHands, rules: HouseRules, *, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - a story, not a secret
        side = dice.choice([BUY, SELL])
        self._hands = hands
        self._rules = rules
        self.morning = Morning(hands, rules, dice, side)
        self.midday = Midday(hands, rules, dice, side)
        self.afternoon = Afternoon(hands, rules, dice, side)
        self.next_day = NextDay(hands, rules, dice, side)

    def first_day(self) -> Sequence[Callable[[], Mistake]]:
        """Return the day's steps in their order; each expects the one before to be enforced."""
        return (
            self.morning.too_many_of_one,
            self.morning.too_many_in_all,
            self.morning.a_blocked_symbol,
            self.morning.no_stop,
            self.morning.stop_to_breakeven,
            self.morning.over_the_session_end,
            self.midday.too_many_trades,
            self.midday.broker_says_no,
            self.afternoon.hopes_it_comes_back,
            self.afternoon.trades_on_tilt,
            self.afternoon.past_the_daily_loss,
            self.afternoon.tries_to_win_it_back,
        )

    def sleep(self) -> None:
        """Let the night pass; at 17:00 a new trading day has begun."""
        self._hands.clock_to(self._rules.opens + _NIGHT)

    def second_day(self) -> Sequence[Callable[[], Mistake]]:
        """Return the next morning's steps, as `first_day` does; `sleep` comes before them."""
        return (self.next_day.greed, self.next_day.enough_is_enough)
