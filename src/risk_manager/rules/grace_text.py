"""Lots as text, so that a restart does not restart a clock (pure)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from risk_manager.domain.ids import PositionId
from risk_manager.domain.orders import Side
from risk_manager.rules.grace_book import GraceBook, Lot


def encode(book: GraceBook) -> str:
    """Return a book as JSON; equal neighbours are one entry with their number."""
    lots = [[len(list(same)), *_members(lot)] for lot, same in groupby(book.lots)]
    return json.dumps([book.position_id, book.side.value, lots], separators=(",", ":"))


@lru_cache(maxsize=1024)
def decode(text: str) -> GraceBook:
    """Return the book of a text that `encode` made. ValueError for another.

    The rule asks for each position on every event, and the books seldom change.
    """
    number, side, lots = json.loads(text)
    found = (lot for count, *members in lots for lot in [_lot(members)] * count)
    return GraceBook(PositionId(number), Side(side), tuple(found))


def _members(lot: Lot) -> list[Any]:
    return [lot.since.isoformat(), _text(lot.until), _text(lot.regraced_at), lot.covered]


def _lot(members: list[Any]) -> Lot:
    since, until, regraced_at, covered = members
    return Lot(datetime.fromisoformat(since), _instant(until), _instant(regraced_at), covered)


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
