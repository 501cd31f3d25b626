"""The trader's afternoon: losses, a pause that is ignored, and the end of the day."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from risk_manager.gateway_sim.trader_model import Mistake, Part

_USD_PER_POINT: Final = {"NQ": 20, "MNQ": 2}
_MNQ_HELD: Final = 2
_A_LITTLE: Final = 4


class Afternoon(Part):
    """Each method is one mistake; they are made in this order."""

    def hopes_it_comes_back(self) -> Mistake:
        """Watch an open loss grow (RULE-004)."""
        hands, limit = self.hands, self.rules.open_loss
        hands.tell("The broker lifts the restriction: canTrade is true.")
        hands.set_can_trade(allowed=True)
        self.later(hours=3, minutes=55)
        hands.market("NQ", self.side, 1, "with a stop far away")
        stop = hands.protect("NQ", self.side, 1)
        hands.market("MNQ", self.side, _MNQ_HELD, "with a stop far away")
        hands.market("MES", self.side, 1, "with a stop far away")
        self._stops = [
            hands.protect("MNQ", self.side, _MNQ_HELD),
            hands.protect("MES", self.side, 1),
        ]
        points = limit / _USD_PER_POINT["NQ"] + self.dice.randint(1, 2)
        hands.tell(f"NQ moves {points:.0f} points against the trader, who hopes.")
        since = hands.move("NQ", -self.gain(points))
        return Mistake(
            "RULE-004",
            f"open loss of {points * 20:.0f} USD in NQ, {limit:.0f} is the limit",
            f"NQ is more than {limit:.0f} USD under water, so it is closed; the other positions"
            " may stay.",
            [hands.contracts["NQ"]],
            orders=[stop],
            kept=self._stops,
            since=since,
        )

    def trades_on_tilt(self) -> Mistake:
        """Open a trade right after a loss (RULE-007)."""
        minutes = self.rules.loss_pause.seconds // 60
        order = self.hands.market("NQ", self.other, 1, "right away, the other way round")
        return Mistake(
            "RULE-007",
            f"NQ traded in the {minutes} minutes after a loss",
            f"a loss of {self.rules.pausing_loss:.0f} USD brings a pause of {minutes} minutes, so"
            " NQ is closed again; what was held may stay.",
            [self.hands.contracts["NQ"]],
            kept=self._stops,
            fill_of=order,
        )

    def past_the_daily_loss(self) -> Mistake:
        """Realise more than the day's loss while another position is open (RULE-003)."""
        hands, limit = self.hands, self.rules.daily_loss
        missing = limit + hands.realised(self.rules.opens)
        worth = _USD_PER_POINT["MNQ"] * _MNQ_HELD
        points = Decimal(int(missing / worth) + _A_LITTLE + self.dice.randint(1, 5))
        hands.tell(f"MNQ moves {points:.0f} points against the trader.")
        hands.move("MNQ", -self.gain(points))
        order = hands.market(
            "MNQ", self.other, _MNQ_HELD, f"the loss is taken; the day allows {limit:.0f} USD"
        )
        return Mistake(
            "RULE-003",
            f"daily loss about {-hands.realised(self.rules.opens):.0f} of {limit:.0f} USD",
            f"the day has lost {limit:.0f} USD, so all is closed and locked; trading is allowed"
            " again from 17:00.",
            [hands.contracts["MES"]],
            orders=self._stops,
            fill_of=order,
        )

    def tries_to_win_it_back(self) -> Mistake:
        """Trade although the account is locked (RULE-003's lock)."""
        self.later(hours=4, minutes=40)
        size = self.dice.randint(1, 2)
        order = self.hands.market("MNQ", self.other, size, "to win it back, although locked out")
        return Mistake(
            "RULE-003",
            f"MNQ {size} opened while locked out",
            "the account is locked for the day, so the new position is closed; looking is allowed.",
            [self.hands.contracts["MNQ"]],
            fill_of=order,
        )
