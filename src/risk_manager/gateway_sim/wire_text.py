"""Numbers and instants as JSON text: exact digits from Decimal, never through a float."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import format_datetime

import msgspec

_NINE_DIGITS = Decimal("1e-9")
_FOUR_DIGITS = Decimal("1e-4")

_encoder = msgspec.json.Encoder()


def encode(value: object) -> bytes:
    """Return JSON; numbers made by this module are copied digit for digit."""
    return _encoder.encode(value)


def plain(value: Decimal) -> msgspec.Raw:
    """Write a number with no more digits than it needs: 29547, 0.0000005."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return msgspec.Raw(text.encode())


def price_digits(value: Decimal) -> msgspec.Raw:
    """Write nine fraction digits, as REST does for prices and P&L."""
    return msgspec.Raw(format(value.quantize(_NINE_DIGITS), "f").encode())


def fee_digits(value: Decimal) -> msgspec.Raw:
    """Write four fraction digits, as REST does for fees."""
    return msgspec.Raw(format(value.quantize(_FOUR_DIGITS), "f").encode())


def rest_time(instant: datetime) -> str:
    """Write six fraction digits and the offset."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def bar_time(instant: datetime) -> str:
    """Write whole seconds and the offset, as the start of a bar."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def stream_time(instant: datetime) -> str:
    """Write seven fraction digits and the offset.

    The seventh is not zero in general, so that a reader who rounds instead of cutting shows.
    """
    utc = instant.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06d}{utc.microsecond % 10}+00:00"


def short_time(instant: datetime) -> str:
    """Write whole seconds and `Z`, as the documented samples do."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def http_date(instant: datetime) -> str:
    """Write the form of the `Date` header."""
    return format_datetime(instant.astimezone(UTC), usegmt=True)


@dataclass(frozen=True, slots=True)
class Style:
    """How one side of the venue, REST or stream, writes its bodies."""

    price: Callable[[Decimal], msgspec.Raw]
    fee: Callable[[Decimal], msgspec.Raw]
    time: Callable[[datetime], str]
    nulls: bool
    newer_members: bool
    simulated_member: bool
