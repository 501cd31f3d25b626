"""Do new session hours open anything that the old ones kept shut? (pure)

Compared are the open instants themselves, with zones, days and calendar, over the next 400 days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from risk_manager.config.verdicts import Verdict
from risk_manager.utils.sessions import SessionCalendar

HORIZON: Final = timedelta(days=400)
_DAY: Final = timedelta(days=1)
_ELSE: Final = ""  # no ticker: stands for every symbol without hours of its own

Span = tuple[datetime, datetime]


def compare_hours(old: SessionCalendar, new: SessionCalendar, now: datetime) -> Verdict:
    """Judge by the open instants of every root from `now` (UTC) on.

    Hours of its own also lock a symbol before anything of it is held; without them, with the same
    hours for all, it is closed once it is held. So to take them away is never tighter.
    """
    tighter = set(old.per_root) <= set(new.per_root)
    looser = set(new.per_root) <= set(old.per_root)
    seen: dict[tuple[object, bool], Sequence[Span] | None] = {}

    def spans(calendar: SessionCalendar, root: str) -> Sequence[Span] | None:
        key = (calendar.window_of(root), calendar is new)
        if key not in seen:
            seen[key] = open_spans(calendar, root, now)
        return seen[key]

    for root in (*old.per_root, *new.per_root, _ELSE):
        before, after = spans(old, root), spans(new, root)
        tighter = tighter and within(after, before)
        looser = looser and within(before, after)
    if tighter and looser:
        return Verdict.NEUTRAL
    if tighter or looser:
        return Verdict.TIGHTER if tighter else Verdict.LOOSER
    return Verdict.INCOMPARABLE


def open_spans(calendar: SessionCalendar, root: str, now: datetime) -> Sequence[Span] | None:
    """The open stretches of a root in the next 400 days, joined and in order; None is always."""
    window = calendar.window_of(root)
    if window is None:
        return None
    end = now + HORIZON
    day, found = window.local_date(now) - _DAY, []
    while day <= window.local_date(end) + _DAY:
        pair = calendar.session(window, day)
        if pair is not None and pair[1] > now and pair[0] < end:
            found.append((max(pair[0], now), min(pair[1], end)))
        day += _DAY
    return _joined(found)


def within(inner: Sequence[Span] | None, outer: Sequence[Span] | None) -> bool:
    """Whether every instant of `inner` is one of `outer`."""
    if outer is None:
        return True
    if inner is None:
        return False
    waiting = iter(outer)
    span = next(waiting, None)
    for begins, ends in inner:
        while span is not None and span[1] < ends:
            span = next(waiting, None)
        if span is None or span[0] > begins:
            return False
    return True


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begins, ends in sorted(spans):
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(ends, joined[-1][1]))
        else:
            joined.append((begins, ends))
    return joined
