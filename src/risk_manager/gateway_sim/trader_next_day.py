"""The next morning: the lock has ended, and a win is enough."""

from __future__ import annotations

from typing import Final

from risk_manager.gateway_sim.trader_model import Mistake, Part

_USD_PER_POINT: Final = 20


class NextDay(Part):
    """Each method is one scene; they are played in this order."""

    def greed(self) -> Mistake:
        """Sit on a profit beyond the target (RULE-005)."""
        hands, limit = self.hands, self.rules.open_profit
        self._began = hands.now()
        hands.market("MES", self.side, 1, "with a stop")
        hands.market("NQ", self.side, 1, "with a stop")
        self._stop = hands.protect("MES", self.side, 1)
        stop = hands.protect("NQ", self.side, 1)
        points = limit / _USD_PER_POINT + self.dice.randint(2, 4)
        hands.tell(f"NQ moves {points:.0f} points in favour of the trader, who wants more.")
        since = hands.move("NQ", self.gain(points))
        return Mistake(
            "RULE-005",
            f"open profit of {points * _USD_PER_POINT:.0f} USD in NQ, {limit:.0f} is the target",
            f"NQ is {limit:.0f} USD or more in profit, so the profit is taken; this rule forbids"
            " nothing.",
            [hands.contracts["NQ"]],
            orders=[stop],
            since=since,
        )

    def enough_is_enough(self) -> Mistake:
        """Have reached the day's target with a position still open (RULE-013)."""
        target = self.rules.daily_profit
        return Mistake(
            "RULE-013",
            f"daily profit about {self.hands.realised(self._began):.0f} of {target:.0f} USD",
            f"the day's target of {target:.0f} USD is reached, so the rest is closed and a good"
            " day ends; the next begins at 17:00.",
            [self.hands.contracts["MES"]],
            orders=[self._stop],
            since=self.hands.last_filled_at("NQ"),
        )
