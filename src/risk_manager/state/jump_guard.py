"""The jump guard of one price series: one odd quote must not close a position.

A price further than a given fraction from the last accepted one counts only when a second quote
repeats it, or when it has stood for 250 ms. Pure; instants are monotonic seconds.
"""

from __future__ import annotations

from decimal import Decimal

STANDING_S = 0.25
"""How long an unrepeated jump must stand to count."""


def is_jump(price: Decimal, reference: Decimal, fraction: Decimal) -> bool:
    """Whether `price` is more than `fraction` of `reference` away from it; 0 is off."""
    return bool(fraction) and abs(price - reference) > reference * fraction


class JumpGuard:
    """The last accepted price of one series and the jump that waits, if any."""

    __slots__ = ("accepted", "pending", "since")

    def __init__(self) -> None:
        self.accepted: Decimal | None = None
        self.pending: Decimal | None = None
        self.since = 0.0

    @property
    def due(self) -> float | None:
        """When the waiting jump will have stood long enough; None if none waits."""
        return None if self.pending is None else self.since + STANDING_S

    def offer(self, price: Decimal, fraction: Decimal, mono: float, *, repeats: bool) -> None:
        """Take the series' newest price.

        `repeats` says that this quote itself carries the price; one that merely leaves it
        unchanged cannot confirm a jump. The first price has nothing to be compared with.
        """
        if self.pending is not None:
            self.settle(mono)
        if (
            self.accepted is None
            or price == self.accepted
            or not is_jump(price, self.accepted, fraction)
        ):
            self.accepted, self.pending = price, None
        elif self.pending is None or is_jump(price, self.pending, fraction):
            self.pending, self.since = price, mono
        elif repeats:
            self.accepted, self.pending = price, None
        else:
            self.pending = price

    def settle(self, mono: float) -> bool:
        """Accept a jump that has stood long enough; whether there was one."""
        if self.pending is None or mono < self.since + STANDING_S:
            return False
        self.accepted, self.pending = self.pending, None
        return True

    def value(self, mono: float) -> Decimal | None:
        """Return the price that counts at `mono`, None before the first one."""
        due = self.due
        return self.accepted if due is None or mono < due else self.pending
