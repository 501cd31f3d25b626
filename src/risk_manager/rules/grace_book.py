"""The clocks of uncovered contracts: one lot per contract of a position (pure).

A lot's clock starts when it was opened, not when we saw it, so a restart changes nothing. Cover is
given to the oldest lots first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from risk_manager.domain.cover import Cover
from risk_manager.domain.ids import PositionId
from risk_manager.domain.orders import Side
from risk_manager.domain.positions import Position, Trade

WAKING_PATIENCE = timedelta(seconds=1)
FILLING_PATIENCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class GraceTimes:
    """How long a lot may be without a stop: at first, how often again, and to replace one."""

    grace: timedelta
    regrace_interval: timedelta
    replace_gap: timedelta


@dataclass(frozen=True, slots=True)
class Lot:
    """One contract. `until` is the deadline a lost stop gave, None before the first loss.

    `regraced_at` is when a fresh grace was given last; `covered` is as last known.
    """

    since: datetime
    until: datetime | None = None
    regraced_at: datetime | None = None
    covered: bool = False

    def deadline(self, times: GraceTimes) -> datetime:
        """When the lot must be covered."""
        return self.since + times.grace if self.until is None else self.until


@dataclass(frozen=True, slots=True)
class GraceBook:
    """The lots of one position, the oldest first."""

    position_id: PositionId
    side: Side
    lots: tuple[Lot, ...]


class Waiting(NamedTuple):
    """An uncovered lot. `decide_at` is from when a look may decide; None while UNKNOWN."""

    deadline: datetime
    decide_at: datetime | None


def follow(
    known: GraceBook | None,
    position: Position,
    fills: Callable[[], Iterable[Trade]],
    now: datetime,
    times: GraceTimes,
) -> GraceBook:
    """Let the lots follow a position's size; a new id or side is a new position.

    `fills` gives those known of the contract. Of a position that shrinks, expired lots go first,
    then the newest.
    """
    is_new = known is None or known.position_id != position.id
    if known is None or is_new or known.side is not position.side:
        since = _starts(position, fills()) if is_new else _turned(position, fills())
        first = (position.opened_at or now) if is_new else now
        since = [first] * (position.size - len(since)) + since
        return GraceBook(position.id, position.side, tuple(map(Lot, since)))
    if len(known.lots) == position.size:
        return known
    lots = list(known.lots)
    while len(lots) > position.size:
        lots.remove(_first_to_go(lots, now, times))
    added = position.size - len(lots)
    if added:
        since = _starts(position, fills())
        told = len(since) == position.size
        lots += map(Lot, since[-added:] if told else [now] * added)
    return replace(known, lots=tuple(lots))


def assign(book: GraceBook, cover: Cover, now: datetime, times: GraceTimes) -> GraceBook:
    """Give cover to the oldest lots; one that loses it gets time to replace the stop.

    What may be covered by a stop that cannot be judged stays as it was.
    """
    if not cover.valid and not any(lot.covered for lot in book.lots):
        return book
    lots = list(book.lots)
    for number, lot in enumerate(lots):
        if number < cover.valid:
            lots[number] = lot if lot.covered else replace(lot, covered=True)
        elif number >= cover.valid + cover.unpriced and lot.covered:
            lots[number] = _lost(lot, now, times)
    return book if book.lots == tuple(lots) else replace(book, lots=tuple(lots))


def waiting(book: GraceBook, cover: Cover, times: GraceTimes) -> Iterator[Waiting]:
    """Yield the lots that no valid stop covers.

    A lot that a suspended stop may soon cover is given a little more time before it is decided.
    """
    for number, lot in enumerate(book.lots[cover.valid :]):
        deadline = lot.deadline(times)
        if number < cover.unpriced:
            yield Waiting(deadline, None)
        elif number < cover.unpriced + cover.filling:
            yield Waiting(deadline, deadline + FILLING_PATIENCE)
        elif number < cover.unpriced + cover.filling + cover.waking:
            complete = max(deadline, cover.completed_at or deadline)
            yield Waiting(deadline, complete + WAKING_PATIENCE)
        else:
            yield Waiting(deadline, deadline)


def _lost(lot: Lot, now: datetime, times: GraceTimes) -> Lot:
    """A fresh grace, once per interval; within it only the gap to replace the stop."""
    deadline, last = lot.deadline(times), lot.regraced_at
    if last is None or now - last >= times.regrace_interval:
        until = max(deadline, now + times.grace)
        return replace(lot, until=until, regraced_at=now, covered=False)
    return replace(lot, until=max(deadline, now + times.replace_gap), covered=False)


def _first_to_go(lots: Sequence[Lot], now: datetime, times: GraceTimes) -> Lot:
    """Expired lots are what a reduction is for; else the newest, so no clock starts again."""
    expired = [lot for lot in lots if not lot.covered and lot.deadline(times) <= now]
    return expired[0] if expired else lots[-1]


def _starts(position: Position, fills: Iterable[Trade]) -> list[datetime]:
    """When contracts of a position were opened, as far as fills tell; an exit takes the newest."""
    opened: list[datetime] = []
    for fill in sorted(fills, key=lambda fill: (fill.at, fill.id)):
        if fill.voided or (position.opened_at is not None and fill.at < position.opened_at):
            continue
        if fill.side is position.side:
            opened += [fill.at] * fill.size
        else:
            del opened[max(len(opened) - fill.size, 0) :]
    return opened[: position.size]


def _turned(position: Position, fills: Iterable[Trade]) -> list[datetime]:
    """When contracts of a position that turned over were opened: exits of the old side were not."""
    held: list[tuple[Side, datetime]] = []
    for fill in sorted(fills, key=lambda fill: (fill.at, fill.id)):
        left = 0 if fill.voided else fill.size
        while left and held and held[-1][0] is not fill.side:
            held.pop()
            left -= 1
        held += [(fill.side, fill.at)] * left
    return [at for side, at in held if side is position.side][: position.size]
