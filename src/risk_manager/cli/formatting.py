"""How things look on a terminal: signs it can show, the PC's zone, money, bars, fitting text."""

from __future__ import annotations

import os
import re
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from risk_manager.domain.money import usd

if TYPE_CHECKING:
    from rich.console import Console

UNKNOWN: Final = "UNKNOWN"

_NUMBER: Final = re.compile(r"(?<![\w.,])[-+]?\d[\d,]*(?:\.\d+)?(?![\w.,:])")
_LONGEST_ZONE_NAME: Final = 6


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs a screen uses beyond ASCII, or their replacements."""

    full: str
    empty: str
    line: str
    cut: str
    dot: str
    dash: str


UNICODE_GLYPHS: Final = Glyphs(full="█", empty="░", line="─", cut="…", dot="•", dash="┄")
ASCII_GLYPHS: Final = Glyphs(full="#", empty=".", line="-", cut="~", dot="*", dash="-")


def glyphs_for(encoding: str | None) -> Glyphs:
    """Return the signs a console of this encoding can show."""
    try:
        "".join(astuple(UNICODE_GLYPHS)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII_GLYPHS
    return UNICODE_GLYPHS


def make_console(*, color: bool, **options: Any) -> Console:
    """Return a console for stdout; without colour when asked or when NO_COLOR is set."""
    from rich.console import Console  # noqa: PLC0415 - rich is loaded by screens only

    plain = not color or bool(os.environ.get("NO_COLOR"))
    return Console(no_color=plain or None, highlight=False, markup=False, emoji=False, **options)


class PcZone(tzinfo):
    """The zone this PC shows, daylight saving included."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return the PC's offset at a wall time."""
        return None if dt is None else dt.replace(tzinfo=None).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:  # noqa: ARG002 - the base's signature
        """Return None: the system does not say how much of the offset is daylight saving."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """Return the zone's short name; Windows' long names give way to the offset."""
        if dt is None:
            return None
        local = dt.replace(tzinfo=None).astimezone()
        name = local.tzname() or ""
        return name if 0 < len(name) <= _LONGEST_ZONE_NAME else f"UTC{local:%z}"

    def fromutc(self, dt: datetime) -> datetime:
        """Return the wall time of a UTC instant."""
        local = dt.replace(tzinfo=UTC).astimezone()
        return local.replace(tzinfo=self)


def money(amount: Decimal | None) -> str:
    """Return `-1,250.00`; UNKNOWN for None, never zero."""
    if amount is None:
        return UNKNOWN
    cents = round(amount, 2)
    return usd(cents or abs(cents))  # never -0.00


def signed(amount: Decimal | None) -> str:
    """Return a P&L with its sign: `+31.50`, `-260.00`, `0.00`, UNKNOWN."""
    return f"+{money(amount)}" if amount is not None and round(amount, 2) > 0 else money(amount)


def only_number(text: str | None) -> Decimal | None:
    """Return the number in `text` when there is exactly one; `M2K 3` holds 3, `09:30` none."""
    found = _NUMBER.findall(text or "")
    return Decimal(found[0].replace(",", "")) if len(found) == 1 else None


def used_fraction(value: Decimal, limit: Decimal) -> Decimal:
    """Return how much of a limit is used, at least 0; 1 is the limit. A limit of 0 is full.

    A gain uses nothing of a loss limit, which is negative.
    """
    if limit == 0:
        return Decimal(1)
    return max(Decimal(0), value / limit)


def bar(fraction: Decimal, width: int, glyphs: Glyphs) -> str:
    """Return a bar of `width` signs, filled up to `fraction` (1 and more is full)."""
    filled = min(width, int(fraction * width))
    return glyphs.full * filled + glyphs.empty * (width - filled)


def level_style(fraction: Decimal) -> str:
    """Return the colour of a used limit: green below 70 %, yellow to 90 %, red above."""
    if fraction < Decimal("0.7"):
        return "green"
    return "yellow" if fraction <= Decimal("0.9") else "bold red"


def fit(text: str, width: int, glyphs: Glyphs) -> str:
    """Return `text` on one line of exactly `width` cells, cut with a mark or padded.

    Control characters become spaces: a name from outside must not steer the terminal.
    """
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415 - rich is for screens only

    clean = "".join(sign if sign.isprintable() else " " for sign in text)
    if cell_len(clean) <= width:
        return set_cell_size(clean, width)
    return set_cell_size(clean, max(0, width - 1)) + glyphs.cut
