"""How a changed value is judged: tighter, looser, neutral, or not to be compared (pure).

A judge gets the old and the new value; they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a change does to what is allowed. INCOMPARABLE is treated like LOOSER."""

    TIGHTER = "tighter"
    LOOSER = "looser"
    NEUTRAL = "neutral"
    INCOMPARABLE = "incomparable"

    @property
    def waits(self) -> bool:
        """Whether the change must mature."""
        return self in (Verdict.LOOSER, Verdict.INCOMPARABLE)


ValueJudge = Callable[[Any, Any], Verdict]


def incomparable(_old: Any, _new: Any) -> Verdict:
    """Nothing can be said."""
    return Verdict.INCOMPARABLE


def neutral(_old: Any, _new: Any) -> Verdict:
    """It decides nothing."""
    return Verdict.NEUTRAL


def nearer_zero(old: Any, new: Any) -> Verdict:
    """Losses in USD: the smaller amount is tighter, whatever its sign."""
    return smaller(abs(old), abs(new))


def smaller(old: Any, new: Any) -> Verdict:
    """The smaller number is tighter; one without a number cannot be compared."""
    if old is None or new is None:
        return Verdict.INCOMPARABLE
    return _sided(tighter=new <= old, looser=new >= old)


def larger(old: Any, new: Any) -> Verdict:
    """The larger number is tighter."""
    return smaller(new, old)


def smaller_or_added(old: Any, new: Any) -> Verdict:
    """A limit that may be missing: to add one is tighter, to remove one looser."""
    if old is None or new is None:
        return Verdict.TIGHTER if old is None else Verdict.LOOSER
    return smaller(old, new)


def longer_pause(old: Any, new: Any) -> Verdict:
    """Seconds against seconds; `until_reset` against seconds cannot be compared."""
    if old.seconds is not None and new.seconds is not None:
        return larger(old.seconds, new.seconds)
    return Verdict.NEUTRAL if old == new else Verdict.INCOMPARABLE


def upward(*words: str) -> ValueJudge:
    """Return the judge of a word that gets tighter in this order."""

    def judge(old: Any, new: Any) -> Verdict:
        return larger(words.index(old), words.index(new))

    return judge


def true(old: Any, new: Any) -> Verdict:
    """True is tighter."""
    return larger(old, new)


def false(old: Any, new: Any) -> Verdict:
    """False is tighter."""
    return smaller(old, new)


def superset(old: Sequence[str], new: Sequence[str]) -> Verdict:
    """Lists of what is forbidden."""
    return _sided(tighter=set(old) <= set(new), looser=set(new) <= set(old))


def pointwise(pairs: Iterable[tuple[float, float]]) -> Verdict:
    """Compare two functions at every point that matters; the smaller value is tighter."""
    found = list(pairs)
    return _sided(
        tighter=all(new <= old for old, new in found), looser=all(new >= old for old, new in found)
    )


def _sided(*, tighter: bool, looser: bool) -> Verdict:
    if tighter and looser:
        return Verdict.NEUTRAL
    if tighter or looser:
        return Verdict.TIGHTER if tighter else Verdict.LOOSER
    return Verdict.INCOMPARABLE
