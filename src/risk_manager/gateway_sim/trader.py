"""A seeded trader who breaks every rule on purpose, through the control path like a real one would.

Each mistake is one method: it tells the story in plain words, trades, and returns what the book
must show afterwards. Nothing here knows the guard; whoever judges looks at the book.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from risk_manager.gateway_sim.trader_afternoon import Afternoon
from risk_manager.gateway_sim.trader_hands import BUY, SELL, TraderHands
from risk_manager.gateway_sim.trader_midday import Midday
from risk_manager.gateway_sim.trader_model import HouseRules, Mistake
from risk_manager.gateway_sim.trader_morning import BLOCKED, Morning
from risk_manager.gateway_sim.trader_next_day import NextDay

SYMBOLS = ("MNQ", "MES", "NQ", "MCL", BLOCKED)
"""What the trader trades."""


class RuleBreaker:
    """The trader's day, played with `hands` that know SYMBOLS; same seed, same story."""

    def __init__(self, hands: TraderHands, rules: HouseRules, *, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - a story, not a secret
        side = dice.choice([BUY, SELL])
        self.morning = Morning(hands, rules, dice, side)
        self.midday = Midday(hands, rules, dice, side)
        self.afternoon = Afternoon(hands, rules, dice, side)
        self.next_day = NextDay(hands, rules, dice, side)

    def mistakes(self) -> Sequence[Callable[[], Mistake]]:
        """Return the story in its order; each step expects the one before to be enforced."""
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
            self.next_day.greed,
            self.next_day.enough_is_enough,
        )
