"""Durations, wall times and the end of a lock in words."""

from datetime import datetime, tzinfo
from typing import Final

from risk_manager.domain.locks import LockKind

# The short names traders use all year, without standard or daylight time.
SHORT_ZONES: Final = {
    "America/New_York": "ET",
    "America/Chicago": "CT",
    "America/Denver": "MT",
    "America/Los_Angeles": "PT",
}

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_DAY_S: Final = 86400


def duration(seconds: float) -> str:
    """Return `47s`, `5m`, `1m 30s`, `3h 27m` or `2d 4h`; a negative duration is `0s`.

    Seconds are rounded up, so that a countdown shows `1s` until it is over.
    """
    whole = max(0, -int(-seconds // 1))
    if whole >= _DAY_S:
        return _two(whole, _DAY_S, "d", _HOUR_S, "h")
    if whole >= _HOUR_S:
        return _two(whole, _HOUR_S, "h", _MINUTE_S, "m")
    if whole >= _MINUTE_S:
        return _two(whole, _MINUTE_S, "m", 1, "s")
    return f"{whole}s"


def zone_label(instant: datetime, zone: tzinfo) -> str:
    """Return `ET`, `CT` or what the zone itself calls its time at `instant` (`CET`)."""
    return SHORT_ZONES.get(str(zone)) or instant.astimezone(zone).tzname() or str(zone)


def wall_time(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """Return `5:00 PM ET`; on another day of that zone than `now`, `Fri 5:00 PM ET`."""
    local = instant.astimezone(zone)
    hour = local.hour % 12 or 12
    half = "AM" if local.hour < 12 else "PM"
    text = f"{hour}:{local.minute:02d} {half} {zone_label(instant, zone)}"
    return f"{_day(local, now.astimezone(zone))}{text}"


def wall_time_24(instant: datetime, zone: tzinfo, now: datetime) -> str:
    """Return `23:00 CET`; on another day of that zone than `now`, `Sat 00:00 CET`."""
    local = instant.astimezone(zone)
    text = f"{local.hour:02d}:{local.minute:02d} {zone_label(instant, zone)}"
    return f"{_day(local, now.astimezone(zone))}{text}"


def instant_in_words(instant: datetime, now: datetime, zone: tzinfo, pc_zone: tzinfo) -> str:
    """Return `5:00 PM CT (00:00 CET, in 3h 27m)`: the account's zone, the PC's if it differs.

    "Differs" means another wall time at this instant, not another name. The countdown is left out
    when the instant is not in the future.
    """
    inside = []
    if instant.astimezone(zone).utcoffset() != instant.astimezone(pc_zone).utcoffset():
        inside.append(wall_time_24(instant, pc_zone, now))
    left = (instant - now).total_seconds()
    if left > 0:
        inside.append(f"in {duration(left)}")
    note = f" ({', '.join(inside)})" if inside else ""
    return wall_time(instant, zone, now) + note


def ending_in_words(
    kind: LockKind, until: datetime | None, now: datetime, zone: tzinfo, pc_zone: tzinfo
) -> str:
    """Return how and when a lock ends: `reset 5:00 PM ET (in 3h 27m)`, `unlocks in 47s`."""
    if until is None:
        return _ENDLESS.get(kind, "until an administrator unlocks it")
    if kind is LockKind.COOLDOWN:
        return f"unlocks in {duration((until - now).total_seconds())}"
    word = {LockKind.UNTIL_RESET: "reset", LockKind.UNTIL_SESSION: "opens"}.get(kind, "until")
    return f"{word} {instant_in_words(until, now, zone, pc_zone)}"


_ENDLESS: Final = {
    LockKind.BY_CONDITION: "until the broker allows trading again",
    LockKind.SYMBOL_BLOCK: "until the block is removed",
}


def _two(whole: int, large: int, large_sign: str, small: int, small_sign: str) -> str:
    big, rest = divmod(whole, large)
    little = rest // small
    return f"{big}{large_sign} {little}{small_sign}" if little else f"{big}{large_sign}"


def _day(local: datetime, today: datetime) -> str:
    return "" if local.date() == today.date() else f"{_WEEKDAYS[local.weekday()]} "


_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
