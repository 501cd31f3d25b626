"""The trader's midday: too many trades, and a broker that says no."""

from __future__ import annotations

from risk_manager.gateway_sim.trader_model import Mistake, Part


class Midday(Part):
    """Each method is one scene; they are played in this order."""

    def too_many_trades(self) -> Mistake:
        """Enter more often than a minute allows, and go on in the pause (RULE-006)."""
        hands, limit = self.hands, self.rules.per_minute
        self.later(minutes=115)
        hands.tell(f"The trader enters MNQ {limit + 1} times in a minute; {limit} are allowed.")
        for _ in range(limit):
            hands.fill("MNQ", self.side, 1)
            hands.fill("MNQ", self.other, 1)
        hands.fill("MNQ", self.side, 1)
        self._stop = hands.protect("MNQ", self.side, 1)
        size = self.dice.randint(1, 2)
        order = hands.market("MES", self.other, size, "and again")
        minutes = self.rules.entry_pause.seconds // 60
        return Mistake(
            "RULE-006",
            f"MES {size} opened after {limit + 1} of {limit} entries in a minute",
            f"{limit + 1} entries in a minute bring a pause of {minutes} minutes, so MES is closed;"
            " MNQ, its stop and exits stay allowed.",
            [hands.contracts["MES"]],
            kept=[self._stop],
            fill_of=order,
        )

    def broker_says_no(self) -> Mistake:
        """Lose the broker's permission to trade (RULE-010)."""
        self.later(minutes=130)
        self.hands.tell("The broker restricts the account: canTrade is false.")
        since = self.hands.set_can_trade(allowed=False)
        return Mistake(
            "RULE-010",
            "the broker set canTrade to false",
            "the broker no longer lets the account trade, so all is closed and locked until it"
            " does.",
            [self.hands.contracts["MNQ"]],
            orders=[self._stop],
            since=since,
        )
