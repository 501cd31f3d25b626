"""How many trades an account made, by window."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FillMarks:
    """What a fill was when it was first heard of: stored with it, to be counted alike again.

    `opens`: it opened, added to or reversed exposure; `own_close`: a close of ours caused it.
    """

    opens: bool = False
    own_close: bool = False


@dataclass(frozen=True, slots=True)
class TradeCounts:
    """Counted trades in the windows that end at one instant."""

    minute: int
    hour: int
    session: int
