"""Seeded choices that are the same on every Python: all of them rest on `random()` alone.

`Random.random()` is the only draw whose sequence Python promises to keep for a seed; what its
other methods make of it may change from version to version.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class SeededSource:
    """A source of choices; the same seed gives the same sequence."""

    def __init__(self, seed: int) -> None:
        self._draw = Random(seed).random  # noqa: S311 - a simulation, no secret

    def fork(self) -> SeededSource:
        """A source of its own, so that what one part draws does not shift another's sequence."""
        return SeededSource(self.integer(0, 2**48))

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included; the span is below 2**52."""
        return low + int(self._draw() * (high - low + 1))

    def between(self, low: float, high: float) -> float:
        """A number from `low` up to `high`."""
        return low + self._draw() * (high - low)

    def chance(self, share: float) -> bool:
        """True in this share (0 to 1) of the cases."""
        return self._draw() < share

    def choice(self, items: Sequence[T]) -> T:
        """One of the items, which must not be empty."""
        return items[self.integer(0, len(items) - 1)]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a new order."""
        left, found = list(items), []
        while left:
            found.append(left.pop(self.integer(0, len(left) - 1)))
        return found
