"""Centred boxes for the menus; plain signs where a console has no others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH: Final = 64
"""Outer width of a box: it fits 80 columns with room on both sides."""


class Frame(NamedTuple):
    """The signs of a box."""

    corners: tuple[str, str, str, str]
    across: str
    down: str


ROUND: Final = Frame(("╭", "╮", "╰", "╯"), "─", "│")
PLAIN: Final = Frame(("+", "+", "+", "+"), "-", "|")


def frame_for(encoding: str | None) -> Frame:
    """Return the signs that a console of this encoding can show."""
    try:
        "".join([*ROUND.corners, ROUND.across, ROUND.down]).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return ROUND


def box(title: str, lines: Sequence[str], columns: int, frame: Frame) -> list[str]:
    """Return the lines of a box in the middle of `columns`; long lines are cut."""
    inner = min(WIDTH, max(columns, 20)) - 4
    margin = " " * max(0, (columns - inner - 4) // 2)
    top_left, top_right, low_left, low_right = frame.corners
    head = f" {title[: inner - 2]} ".center(inner + 2, frame.across)
    rows = [f"{frame.down} {line[:inner]:<{inner}} {frame.down}" for line in lines]
    low = frame.across * (inner + 2)
    return [
        margin + row
        for row in (f"{top_left}{head}{top_right}", *rows, f"{low_left}{low}{low_right}")
    ]
