"""The trader's midday: too many trades, a stop that moves, and a broker that says no."""

from __future__ import annotations

from decimal import Decimal

from risk_manager.gateway_sim.trader_model import Mistake, Part


class Midday(Part):
    """Each method is one scene; they are played in this order."""

    def too_many_trades(self) -> Mistake:
        """Enter more often than a minute allows (RULE-006)."""
        hands, limit = self.hands, self.rules.per_minute
        self.later(minutes=115)
        hands.tell(f"The trader enters MNQ {limit + 1} times in a minute; {limit} are allowed.")
        for _ in range(limit):
            hands.fill("MNQ", self.side, 1)
            hands.fill("MNQ", self.other, 1)
        resting = hands.rest("MNQ", self.side)
        order = hands.fill("MNQ", self.side, 1)
        self._entry = hands.last_price("MNQ")
        self._stop = hands.protect("MNQ", self.side, 1)
        return Mistake(
            "RULE-006",
            f"{limit + 1} of {limit} entries in a minute",
            f"{limit + 1} entries in a minute are too many, so for"
            f" {self.rules.entry_pause.seconds // 60} minutes there is no new one; the position,"
            " its stop and exits stay allowed.",
            [hands.contracts["MNQ"]],
            1,
            orders=[resting],
            kept=[self._stop],
            fill_of=order,
        )

    def trades_in_the_pause(self) -> Mistake:
        """Add to the position although there is a pause (RULE-006's lock)."""
        size = self.dice.randint(1, 2)
        order = self.hands.market("MNQ", self.side, size, "in the middle of the pause")
        return Mistake(
            "RULE-006",
            f"MNQ {size} added during the pause",
            "the pause lasts, so what was added is closed again; the contract held before and"
            " its stop stay.",
            [self.hands.contracts["MNQ"]],
            1,
            kept=[self._stop],
            fill_of=order,
        )

    def stop_to_breakeven(self) -> Mistake:
        """Let a winner run, for once: its stop goes to the entry price (RULE-012, no breach)."""
        hands = self.hands
        self.later(minutes=130)
        ticks = self.dice.randint(11, 16)
        hands.tell(f"MNQ moves {ticks} ticks in favour of the trader.")
        # From the newest fill, which may lie a tick beside the entry.
        way = self._entry + self.gain(Decimal(ticks) / 4) - hands.last_price("MNQ")
        since = hands.move("MNQ", way)
        return Mistake(
            "RULE-012",
            f"no breach: MNQ {ticks} ticks in profit, its stop goes to the entry price",
            f"at {ticks} ticks of profit the stop goes to the entry price, so that a winner does"
            " not become a loser; nothing is forbidden.",
            [hands.contracts["MNQ"]],
            1,
            kept=[self._stop],
            stop_at=self._entry,
            since=since,
        )

    def broker_says_no(self) -> Mistake:
        """Lose the broker's permission to trade (RULE-010)."""
        self.hands.tell("The broker restricts the account: canTrade is false.")
        since = self.hands.set_can_trade(allowed=False)
        return Mistake(
            "RULE-010",
            "the broker set canTrade to false",
            "the broker no longer lets the account trade, so all is closed and locked; it is free"
            " again when the broker says so.",
            [self.hands.contracts["MNQ"]],
            orders=[self._stop],
            since=since,
        )
