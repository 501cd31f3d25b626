"""Instants as the database keeps them: ISO 8601 in UTC with six fraction digits (pure)."""

from __future__ import annotations

from datetime import UTC, datetime


def instant_text(instant: datetime) -> str:
    """Return an aware instant as stored. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def optional_text(instant: datetime | None) -> str | None:
    """Return an optional instant as stored; None stays None."""
    return None if instant is None else instant_text(instant)
