"""The trader's morning: too much, forbidden, without a stop, outside the hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from risk_manager.gateway_sim.trader_hands import BUY, SELL, clock_text
from risk_manager.gateway_sim.trader_model import Mistake, Part

BLOCKED: Final = "RTY"
_BEFORE_THE_END: Final = timedelta(seconds=2)
_A_SECOND: Final = timedelta(seconds=1)


class Morning(Part):
    """Each method is one mistake; they are made in this order."""

    def too_many_of_one(self) -> Mistake:
        """Add to a position until one instrument is over its limit (RULE-002)."""
        limit, extra = self.rules.per_instrument, self.dice.randint(1, 2)
        hands = self.hands
        hands.market("MNQ", self.side, limit - 1, "that is allowed")
        self._stop = hands.protect("MNQ", self.side, limit)
        held = limit + extra
        order = hands.market(
            "MNQ", self.side, 1 + extra, f"that makes {held} where {limit} are allowed"
        )
        return Mistake(
            "RULE-002",
            f"{held} of {limit} MNQ contracts",
            f"{held} MNQ are more than the {limit} allowed, so the excess is closed;"
            f" {limit} may stay, with their stop.",
            [hands.contracts["MNQ"]],
            limit,
            kept=[self._stop],
            fill_of=order,
        )

    def too_many_in_all(self) -> Mistake:
        """Open a second instrument until all together are over the limit (RULE-001)."""
        limit, held = self.rules.in_all, self.rules.per_instrument
        hands = self.hands
        resting = hands.rest("MNQ", self.side)
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
            orders=[resting, self._stop],
            fill_of=order,
        )

    def a_blocked_symbol(self) -> Mistake:
        """Trade what is on the list, while another position has no stop yet (RULE-011)."""
        hands = self.hands
        self.later(minutes=35)
        hands.market("MES", self.side, 1, "and forgets the stop")
        self._bare_since = hands.last_filled_at("MES")
        hands.clock_to((self._deadline - _A_SECOND).replace(microsecond=0))
        order = hands.market(BLOCKED, self.side, 1, "although it is on the list of blocked symbols")
        return Mistake(
            "RULE-011",
            f"{BLOCKED} is blocked",
            f"{BLOCKED} is on the trader's own list of blocked symbols, so it is closed at once;"
            " everything else may be traded.",
            [hands.contracts[BLOCKED]],
            fill_of=order,
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

    def over_the_session_end(self) -> Mistake:
        """Hold a position over the end of its session (RULE-009)."""
        hands, end = self.hands, self.rules.session_end
        side = self.dice.choice([BUY, SELL])
        self.later(minutes=75)
        hands.market("MCL", side, 1, "with a stop, but its hours end soon")
        stop = hands.protect("MCL", side, 1)
        hands.clock_to(end - _BEFORE_THE_END)
        # A profit of 12 ticks moves the stop; for that the guard reads, and so learns the time.
        hands.move("MCL", Decimal("0.12") if side == BUY else Decimal("-0.12"))
        hands.pause(max(0.0, (end - hands.now()).total_seconds()))
        return Mistake(
            "RULE-009",
            "MCL held at the end of its session",
            f"the hours for MCL ended at {clock_text(end)}, so the position is closed; MCL opens"
            " again tomorrow, everything else may be traded.",
            [hands.contracts["MCL"]],
            orders=[stop],
            since=end,
        )

    @property
    def _deadline(self) -> datetime:
        return self._bare_since + self.rules.stop_grace
