"""This run of the daemon in the status JSON; durations in seconds, None where not known."""

from __future__ import annotations

from datetime import date, datetime

import msgspec


class Hubs(msgspec.Struct, frozen=True):
    """`up` or `down` for each stream."""

    user: str = "down"
    market: str = "down"


class LinkRow(msgspec.Struct, frozen=True):
    """A stream: since when it is up, why it is not, and when it last told something."""

    up_s: float | None = None
    cause: str | None = None
    last_event_s: float | None = None


class LoginRow(msgspec.Struct, frozen=True):
    """The age of the login's token, and what is wrong with it."""

    age_s: float | None = None
    problem: str | None = None


class DatabaseRow(msgspec.Struct, frozen=True):
    """What is wrong with the database; None when it takes rows."""

    problem: str | None = None


class MarketRow(msgspec.Struct, frozen=True):
    """Whether the exchange trades, until when, or from when on."""

    open: bool | None = None
    closes_at: datetime | None = None
    opens_at: datetime | None = None


class DayRow(msgspec.Struct, frozen=True):
    """A day on which the exchange is closed, or closes early at `closes_at`."""

    date: date
    closes_at: datetime | None = None


class CalendarRow(msgspec.Struct, frozen=True):
    """The next closures, and until when the table of closures is complete."""

    covered_until: date | None = None
    days: tuple[DayRow, ...] = ()
