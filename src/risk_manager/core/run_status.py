"""This run of the daemon as the status shows it: streams, login, database, calendar (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from risk_manager.core.feed_state import HUBS, FeedState
from risk_manager.core.health import Trouble
from risk_manager.domain.events import Stamp
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.holidays import HolidayCalendar
from risk_manager.utils.market_hours import globex_state

DAYS_AHEAD: Final = 7


@dataclass(frozen=True, slots=True)
class Run:
    """What does not change while the daemon runs, and the age of its login in seconds."""

    version: str
    started_at: datetime
    holidays: HolidayCalendar
    token_age_s: float | None = None


def run_status(run: Run, feed: FeedState, trouble: Trouble, stamp: Stamp) -> dict[str, Any]:
    """Members that go beside the status's own; durations in seconds, None where not known."""
    blind = feed.blind_now_s(stamp.mono)
    return {
        "version": run.version,
        "started_at": format_instant(run.started_at),
        "uptime_s": int((stamp.now - run.started_at).total_seconds()),
        "blind_s": None if blind is None else int(blind),
        "links": {hub: _link(feed, hub, stamp.mono) for hub in HUBS},
        "login": {"age_s": _whole(run.token_age_s), "problem": trouble.token},
        "database": {"problem": trouble.store},
        "market": _market(stamp.now),
        "calendar": _calendar(run.holidays, stamp.now),
    }


def _link(feed: FeedState, hub: str, mono: float) -> dict[str, Any]:
    since, heard = feed.up_since(hub), feed.heard_mono.get(hub)
    return {
        "up_s": None if since is None else int(mono - since),
        "cause": None if since is not None else feed.cause[hub],
        "last_event_s": None if heard is None else round(max(mono - heard, 0.0), 1),
    }


def _market(now: datetime) -> dict[str, Any]:
    state = globex_state(now)
    return {
        "open": state.open,
        "closes_at": _instant(state.ends_at if state.open else None),
        "opens_at": _instant(None if state.open else state.next_start),
    }


def _calendar(holidays: HolidayCalendar, now: datetime) -> dict[str, Any]:
    """Closures and early closes from yesterday to a week ahead: every zone's today is in it."""
    first = now.date() - timedelta(days=1)
    days = [first + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 2)]
    return {
        "covered_until": holidays.covered_until.isoformat(),
        "days": [
            {"date": day.isoformat(), "closes_at": _instant(holidays.early_close(day))}
            for day in days
            if holidays.is_holiday(day) or holidays.early_close(day) is not None
        ],
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else format_instant(instant)


def _whole(seconds: float | None) -> int | None:
    return None if seconds is None else int(seconds)
