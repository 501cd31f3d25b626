"""Delivery months: which a product has, and which one is in front on a day.

Cycles are those of the gateway reference, section 5.1; grains and meats, which it leaves out,
have the usual ones of CME. The venue rolls by an unpublished rule on volume; here a month stays
in front up to a fixed day, chosen so that recorded front months come out right (MCL October and
MNQ September on 19 Aug 2026; ES September, QM September and QG August on 18 Jul 2025; MET April
on 21 Apr 2025).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

LETTERS = "FGHJKMNQUVXZ"
NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(slots=True, frozen=True, order=True)
class Month:
    """A delivery month; ordered by time."""

    year: int
    month: int

    @property
    def letter(self) -> str:
        """Return the month letter of the trade, F for January to Z for December."""
        return LETTERS[self.month - 1]

    @property
    def title(self) -> str:
        """Return the month in words, such as `September 2026`."""
        return f"{NAMES[self.month - 1]} {self.year}"

    def shifted(self, by: int) -> Month:
        """Return the month `by` calendar months later (earlier if negative)."""
        index = self.year * 12 + self.month - 1 + by
        return Month(index // 12, index % 12 + 1)


@dataclass(slots=True, frozen=True)
class Cycle:
    """The months of a product: a month is in front through `last_day`, `before` months ahead."""

    letters: str
    before: int
    last_day: int

    def next_after(self, month: Month) -> Month:
        """Return the cycle's first delivery month later than `month`."""
        later = month.shifted(1)
        while later.letter not in self.letters:
            later = later.shifted(1)
        return later

    def front(self, day: date) -> Month:
        """Return the delivery month in front on `day`."""
        month = self.next_after(Month(day.year, day.month).shifted(-1))
        while day > self._last_front_day(month):
            month = self.next_after(month)
        return month

    def _last_front_day(self, month: Month) -> date:
        early = month.shifted(-self.before)
        return date(early.year, early.month, self.last_day)


_QUARTERS = Cycle("HMUZ", 0, 13)
_GROUPS = {
    "idx": _QUARTERS,
    "fx": _QUARTERS,
    "crypto": Cycle(LETTERS, 0, 25),
    "energy": Cycle(LETTERS, 1, 25),
    "metal": Cycle("HKNUZ", 1, 26),
    "rates": Cycle("HMUZ", 1, 26),
    "grain": Cycle("HKNUZ", 1, 24),
    "meat": Cycle("GJMQVZ", 0, 8),
}
_CRUDE = Cycle(LETTERS, 1, 17)
_GOLD = Cycle("GJMQZ", 1, 26)
_SOY_PRODUCTS = Cycle("FHKNQUVZ", 1, 24)
_ROOTS = {
    "CLE": _CRUDE,
    "MCLE": _CRUDE,
    "NQM": _CRUDE,
    "GCE": _GOLD,
    "MGC": _GOLD,
    "PLE": Cycle("FJNV", 1, 26),
    "SR3": _QUARTERS,
    "ZSE": Cycle("FHKNQUX", 1, 24),
    "ZME": _SOY_PRODUCTS,
    "ZLE": _SOY_PRODUCTS,
    "HE": Cycle("GJKMNQVZ", 0, 8),
    "GF": Cycle("FHJKQUVX", 0, 20),
}


def cycle_of(root: str, group: str) -> Cycle:
    """Return the month cycle of a product; KeyError for an unknown group."""
    return _ROOTS.get(root) or _GROUPS[group]
