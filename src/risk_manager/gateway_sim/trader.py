"""A seeded trader who breaks rules on purpose, through the control path like a real one would.

Every mistake is one method: it tells the story in plain words, trades, and returns what the book
must show afterwards. Nothing here knows the guard; whoever judges looks at the book.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from risk_manager.gateway_sim.trader_hands import BUY, SELL, TraderHands
from risk_manager.utils.datetime_helpers import format_instant, parse_instant

_BEFORE_SESSION_END: Final = timedelta(seconds=6)


@dataclass(frozen=True, slots=True)
class HouseRules:
    """The limits the trader knows and breaks.

    Limits are contracts; `daily_loss` is a positive amount in USD; `session_end` is the instant
    (aware UTC) at which trading MCL must end, later than the start of the story.
    """

    per_instrument: int
    in_all: int
    daily_loss: Decimal
    session_end: datetime


@dataclass(frozen=True, slots=True)
class Mistake:
    """One broken rule and what the book must show once it is enforced.

    The event is the fill of `fill_of`, else it happened at `since`, else it is the first of
    `orders` being placed. Afterwards at most `allowed`
    contracts are open in each of `contracts`, and none of `orders` is working.
    """

    rule: str
    reason: str
    contracts: Sequence[str] = ()
    allowed: int = 0
    orders: Sequence[int] = ()
    fill_of: int | None = None
    since: datetime | None = None


class RuleBreaker:
    """The trader, playing with `hands` that know MNQ, MES, NQ and MCL; same seed, same story."""

    def __init__(self, hands: TraderHands, rules: HouseRules, *, seed: int) -> None:
        self._hands = hands
        self._rules = rules
        self._dice = random.Random(seed)  # noqa: S311 - a story, not a secret
        self._side = self._dice.choice([BUY, SELL])

    def mistakes(self) -> Sequence[Callable[[], Mistake]]:
        """Return the story in its order; each step expects the one before to be enforced."""
        return (
            self.too_many_of_one,
            self.too_many_in_all,
            self.over_the_session_end,
            self.after_the_session,
            self.past_the_daily_loss,
            self.tries_to_win_it_back,
            self.leaves_an_order_behind,
        )

    def too_many_of_one(self) -> Mistake:
        """Add to a position until one instrument is over its limit (RULE-002)."""
        limit, extra = self._rules.per_instrument, self._dice.randint(1, 2)
        self._hands.market("MNQ", self._side, limit - 1, "that is allowed")
        size = 1 + extra
        order = self._hands.market(
            "MNQ", self._side, size, f"that makes {limit + extra} where {limit} are allowed"
        )
        reason = f"{limit + extra} of {limit} MNQ contracts"
        return Mistake("RULE-002", reason, [self._hands.contracts["MNQ"]], limit, fill_of=order)

    def too_many_in_all(self) -> Mistake:
        """Open a second instrument until all together are over the limit (RULE-001)."""
        limit, held = self._rules.in_all, self._rules.per_instrument
        resting = self._hands.rest("MNQ", self._side)
        size = min(self._rules.per_instrument, limit - held + 1)
        order = self._hands.market(
            "MES", self._side, size, f"{held + size} contracts in all where {limit} are allowed"
        )
        both = [self._hands.contracts["MNQ"], self._hands.contracts["MES"]]
        reason = f"{held + size} of {limit} contracts"
        return Mistake("RULE-001", reason, both, orders=[resting], fill_of=order)

    def over_the_session_end(self) -> Mistake:
        """Hold a position over the end of its session (RULE-009)."""
        end = self._rules.session_end
        self._hands.market("MCL", self._dice.choice([BUY, SELL]), 1, "its session is still open")
        step = end - _BEFORE_SESSION_END
        self._hands.tell(
            f"The clock moves on to {_BEFORE_SESSION_END.seconds} s before the end of the MCL"
            " session; the trader stays in."
        )
        now = parse_instant(str(self._hands.control("/sim/state", {})["now"]))
        if now < step:
            self._hands.control("/sim/clock", {"set": format_instant(step)})
        self._hands.pause((end - max(now, step)).total_seconds())
        reason = "MCL held at the end of its session"
        return Mistake("RULE-009", reason, [self._hands.contracts["MCL"]], since=end)

    def after_the_session(self) -> Mistake:
        """Trade outside the session (RULE-009)."""
        order = self._hands.market(
            "MCL", self._dice.choice([BUY, SELL]), 1, "but its session is over"
        )
        reason = "MCL traded outside its session"
        return Mistake("RULE-009", reason, [self._hands.contracts["MCL"]], fill_of=order)

    def past_the_daily_loss(self) -> Mistake:
        """Realise more than the day's loss while another position is open (RULE-003)."""
        side = self._side
        self._hands.market("NQ", side, 1, "within every limit")
        self._hands.market("MNQ", side, 1, "within every limit")
        points = Decimal(self._dice.randint(1, 15)) + self._rules.daily_loss / 20
        self._hands.move("NQ", points if side == SELL else -points)
        self._hands.move("MNQ", points if side == SELL else -points)
        loss = points * 20
        self._hands.tell(f"NQ moves {points:.0f} points against it: {loss:.0f} USD down.")
        order = self._hands.market(
            "NQ", _other(side), 1, f"the loss is taken; the day allows {self._rules.daily_loss:.0f}"
        )
        reason = f"daily loss about {loss:.0f} of {self._rules.daily_loss:.0f} USD"
        return Mistake("RULE-003", reason, [self._hands.contracts["MNQ"]], fill_of=order)

    def tries_to_win_it_back(self) -> Mistake:
        """Trade although the account is locked (RULE-003's lock)."""
        size = self._dice.randint(1, 2)
        order = self._hands.market(
            "MNQ", _other(self._side), size, "to win it back, although locked out"
        )
        reason = f"MNQ {size} opened while locked out"
        return Mistake("RULE-003", reason, [self._hands.contracts["MNQ"]], fill_of=order)

    def leaves_an_order_behind(self) -> Mistake:
        """Place an order that would fill later, although the account is locked."""
        order = self._hands.rest("MNQ", self._side)
        reason = "order placed while locked out"
        return Mistake("RULE-003", reason, orders=[order])


def _other(side: int) -> int:
    return SELL if side == BUY else BUY
