"""Wall times, zones and instants.

Instants are aware UTC datetimes. A wall time becomes an instant through its IANA zone, never by a
fixed offset and never by adding 24 hours.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d*))?\s*(Z|z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_WALL_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
_ONE_SECOND: Final = timedelta(seconds=1)


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone of an IANA region name such as ``America/New_York``.

    Raises ValueError for anything else, also for the abbreviations EST or CST, which exist in the
    zone database but know no daylight saving.
    """
    if "/" not in name and name != "UTC":
        raise ValueError(f"{name!r} is not a zone name of the form Region/City")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not in the IANA time zone database") from error


def parse_wall_time(text: str) -> time:
    """Return the time of ``HH:MM``, 24 h, two digits each; ValueError for 24:00, 9:30, 17:00:00."""
    match = _WALL_TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time of the form HH:MM, 00:00 to 23:59")
    return time(int(match[1]), int(match[2]))


def parse_instant(text: str) -> datetime:
    """Return the aware UTC instant of an ISO 8601 text with 0 to 7 (or more) fraction digits.

    Digits beyond microseconds are cut, not rounded, so the result is never later than the text.
    A text without offset is UTC. Raises ValueError for anything else.
    """
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an ISO 8601 instant")
    day, clock, fraction, offset = match.groups()
    micros = ((fraction or "") + "000000")[:6]
    suffix = "+00:00" if offset in {None, "Z", "z"} else offset
    try:
        return datetime.fromisoformat(f"{day}T{clock}.{micros}{suffix}").astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is outside the years 1 to 9999 in UTC") from error


def format_instant(instant: datetime) -> str:
    """Return ``2026-03-09T21:00:00.000Z``: UTC, milliseconds (cut), for logs and JSON."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def local_instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clocks of `zone` show `wall` on `day`.

    A wall time in the hour skipped in spring is the first valid instant after the gap. In the hour
    that comes twice in autumn the first occurrence counts.
    """
    local = datetime.combine(day, wall.replace(tzinfo=None, fold=0), tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), instant, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Bisect for the instant (whole second) in (before, after] at which the offset changes."""
    old_offset = before.astimezone(zone).utcoffset()
    while after - before > _ONE_SECOND:
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle <= before:
            break
        if middle.astimezone(zone).utcoffset() == old_offset:
            before = middle
        else:
            after = middle
    return after


def trading_day(instant: datetime, reset: time, zone: ZoneInfo) -> date:
    """Return the label of the trading day that holds `instant`.

    The day is [reset, next reset) and is named by the local date of the reset that ends it:
    before 17:00 today, from 17:00 on tomorrow.
    """
    today = instant.astimezone(zone).date()
    if instant < local_instant(today, reset, zone):
        return today
    tomorrow = today + timedelta(days=1)
    if instant < local_instant(tomorrow, reset, zone):
        return tomorrow
    # Clocks set back across midnight show yesterday's date again, after today's early reset.
    return tomorrow + timedelta(days=1)
