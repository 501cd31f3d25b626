"""The trader's morning: too much, forbidden, without a stop, beyond the hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from risk_manager.gateway_sim.trader_hands import BUY, SELL, clock_text
from risk_manager.gateway_sim.trader_model import Mistake, Part

BLOCKED: Final = "RTY"
_BLOCKED_PRICE: Final = Decimal(2800)
_BEFORE_THE_END: Final = timedelta(seconds=3)
_A_SECOND: Final = timedelta(seconds=1)


class Morning(Part):
    """Each method is one mistake; they are made in this order."""

    def too_many_of_one(self) -> Mistake:
        """Add to a position until one instrument is over its limit (RULE-002)."""
        limit, extra = self.rules.per_instrument, self.dice.randint(1, 2)
        hands = self.hands
        hands.market("MNQ", self.side, limit - 1, "that is allowed")
        held = limit + extra
        order = hands.market(
            "MNQ", self.side, 1 + extra, f"that makes {held} where {limit} are allowed"
        )
        return Mistake(
            "RULE-002",
            f"{held} of {limit} MNQ contracts",
            f"{held} MNQ are more than the {limit} allowed, so the excess is closed;"
            f" {limit} may stay.",
            [hands.contracts["MNQ"]],
            limit,
            fill_of=order,
        )

    def too_many_in_all(self) -> Mistake:
        """Open a second instrument until all together are over the limit (RULE-001)."""
        limit, held = self.rules.in_all, self.rules.per_instrument
        hands = self.hands
        size = min(self.rules.per_instrument, limit - held + 1)
        order = hands.market(
            "MES", self.side, size, f"{held + size} contracts in all where {limit} are allowed"
        )
        return Mistake(
            "RULE-001",
            f"{held + size} of {limit} contracts",
            f"{held + size} contracts are more than the {limit} allowed in all, so everything is"
            " closed; a smaller trade is allowed at once.",
            [hands.contracts["MNQ"], hands.contracts["MES"]],
            fill_of=order,
        )

    def a_blocked_symbol(self) -> Mistake:
        """Trade what is on the list, while another position has no stop yet (RULE-011)."""
        hands = self.hands
        self.later(minutes=35)
        hands.market("MES", self.side, 1, "without a stop")
        self._bare_since = hands.last_filled_at("MES")
        hands.clock_to((self._deadline - _A_SECOND).replace(microsecond=0))
        order = hands.rest(BLOCKED, BUY, _BLOCKED_PRICE)
        return Mistake(
            "RULE-011",
            f"{BLOCKED} is blocked",
            f"{BLOCKED} is on the trader's list of blocked symbols, so the order is cancelled;"
            " everything else may be traded.",
            orders=[order],
        )

    def no_stop(self) -> Mistake:
        """Still have no stop when the grace ends (RULE-008)."""
        hands, grace = self.hands, self.rules.stop_grace.seconds
        hands.tell(f"The MES position has no stop {grace} s after its entry.")
        hands.pause(max(0.0, (self._deadline - hands.now()).total_seconds()))
        return Mistake(
            "RULE-008",
            f"MES without a stop for {grace} s",
            f"a stop must stand within {grace} s and none did, so the position is closed;"
            " a new trade with a stop is allowed.",
            [hands.contracts["MES"]],
            since=self._deadline,
        )

    def stop_to_breakeven(self) -> Mistake:
        """Let a winner run, for once: its stop goes to the entry price (RULE-012, no breach)."""
        hands = self.hands
        side = self.dice.choice([BUY, SELL])
        # The guard reads before it moves the stop, and so learns that the clock was moved.
        hands.clock_to(self.rules.session_end - _BEFORE_THE_END)
        hands.market("MCL", side, 1, "with a stop, but its hours end soon")
        self._stop = hands.protect("MCL", side, 1)
        ticks = self.dice.randint(11, 16)
        hands.tell(f"MCL moves {ticks} ticks in favour of the trader.")
        since = hands.move("MCL", Decimal(ticks if side == BUY else -ticks) / 100)
        return Mistake(
            "RULE-012",
            f"no breach: MCL {ticks} ticks in profit, its stop goes to the entry price",
            f"at {ticks} ticks of profit the stop goes to the entry price, to keep a winner from"
            " losing; nothing is forbidden.",
            [hands.contracts["MCL"]],
            1,
            kept=[self._stop],
            stop_at=hands.last_price("MCL"),
            since=since,
        )

    def over_the_session_end(self) -> Mistake:
        """Hold the position over the end of its session (RULE-009)."""
        hands, end = self.hands, self.rules.session_end
        hands.tell(f"The trader stays in MCL until after {clock_text(end)}.")
        hands.pause(max(0.0, (end - hands.now()).total_seconds()))
        return Mistake(
            "RULE-009",
            "MCL held at the end of its session",
            f"the hours for MCL ended at {clock_text(end)}, so the position is closed; everything"
            " else may be traded.",
            [hands.contracts["MCL"]],
            orders=[self._stop],
            since=end,
        )

    @property
    def _deadline(self) -> datetime:
        return self._bare_since + self.rules.stop_grace
