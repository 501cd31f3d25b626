"""What is judged as one: keys of a section that only mean something together (pure)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from risk_manager.config import verdicts as v
from risk_manager.config.open_hours import compare_hours
from risk_manager.config.verdicts import ValueJudge, Verdict
from risk_manager.utils.holidays import HolidayCalendar


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: a section's model, the calendar beside it, and the instant."""

    model: Any
    holidays: HolidayCalendar
    now: datetime

    def at(self, key: str) -> Any:
        """Return the value of a dotted key."""
        value = self.model
        for step in key.split("."):
            value = getattr(value, step)
        return value


UnitJudge = Callable[[Side, Side], Verdict]


@dataclass(frozen=True, slots=True)
class Unit:
    """Keys of one section that are judged together, and wait together.

    `with_holidays`: the calendar belongs to them.
    """

    name: str
    keys: tuple[str, ...]
    judge: UnitJudge
    with_holidays: bool = False


def unit(key: str, judge: ValueJudge) -> Unit:
    """A key that stands alone."""
    return Unit(key, (key,), lambda old, new: judge(old.at(key), new.at(key)))


def micro_weights(old: Side, new: Side) -> Verdict:
    """True counts micros as tenths, which is less; only gross sizes add up the same way."""
    if {old.model.count_type, new.model.count_type} != {"gross"}:
        return Verdict.INCOMPARABLE
    return v.false(old.model.micro_equivalence, new.model.micro_equivalence)


def caps(old: Side, new: Side) -> Verdict:
    """The cap of every symbol, listed or not; without a cap it is infinite."""
    roots = {*old.model.limits, *new.model.limits, ""}

    def cap(side: Side, root: str) -> float:
        found = side.model.cap(root)
        return float("inf") if found is None else found

    return v.pointwise((cap(old, root), cap(new, root)) for root in roots)


def pauses(old: Side, new: Side) -> Verdict:
    """The pause each loss brings, at every loss where one of the two functions steps."""
    tiers = (*old.model.loss_thresholds, *new.model.loss_thresholds)

    def pause(side: Side, loss: Decimal) -> int:
        tier = side.model.tier(loss)
        return 0 if tier is None else int(tier.cooldown_duration)

    losses = {tier.loss_amount for tier in tiers}
    return v.pointwise((-pause(old, loss), -pause(new, loss)) for loss in losses)


def hours(old: Side, new: Side) -> Verdict:
    """The open instants of every root."""
    before, after = old.model.calendar(old.holidays), new.model.calendar(new.holidays)
    return compare_hours(before, after, new.now)


def apart(_old: Side, _new: Side) -> Verdict:
    """Nothing can be said."""
    return Verdict.INCOMPARABLE
