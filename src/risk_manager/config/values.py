"""Annotated field types: what a value in a YAML file may look like and what it becomes.

Every refusal says what is wrong and how to write it instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError

from risk_manager.config import json_forms as forms
from risk_manager.domain.symbols import ticker_of_code
from risk_manager.utils.datetime_helpers import parse_wall_time, zone_of

_DURATION: Final = re.compile(r"([0-9]+)([smh])", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_UNIT_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_LONGEST_S = 31 * 86_400
_ROOT: Final = re.compile(r"[A-Z0-9]{1,12}", re.ASCII)
_MINUTES_PER_DAY: Final = 24 * 60
_UNTIL_RESET: Final = "until_reset"

T = TypeVar("T")


class RootKeys:
    """Marker: the keys of this mapping are symbol roots (code keys become tickers)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """How long a cooldown lasts, in seconds; None lasts until the next reset after its trade."""

    seconds: int | None

    def __str__(self) -> str:
        """Return what `of` reads: `300s`, `until_reset`."""
        return _UNTIL_RESET if self.seconds is None else f"{self.seconds}s"

    def plain(self) -> int | str:
        """Return it as a file has it: 300, `until_reset`."""
        return _UNTIL_RESET if self.seconds is None else self.seconds

    @staticmethod
    def of(value: object) -> "Pause":
        """Read a value of a file. Raises PydanticCustomError for what is no duration."""
        return Pause(None if value == _UNTIL_RESET else _duration(value))


def refuse(message: str, fix: str) -> PydanticCustomError:
    """Return the error for a value: what is wrong, and how to write it."""
    return PydanticCustomError("config", "{message}", {"message": message, "fix": fix})


def _usd(value: object) -> Decimal:
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Decimal(value)
    raise refuse("not an amount in USD", "write plain digits without quotes, such as 500 or 500.50")


def _ratio(value: object) -> Decimal:
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return Decimal(value)
    raise refuse("not a number", "write plain digits without quotes, such as 1 or 0.5")


def _loss(value: object) -> Decimal:
    amount = _usd(value)
    if amount == 0:
        raise refuse("a loss limit cannot be zero", "write the loss in USD, such as -500")
    return -abs(amount)


def _profit(value: object) -> Decimal:
    amount = _usd(value)
    if amount <= 0:
        raise refuse("a profit target must be above zero", "write the profit in USD, such as 1000")
    return amount


def _wall_time(value: object) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MINUTES_PER_DAY:
        text = f"{value // 60:02d}:{value % 60:02d}"
        message = "a number stands where a time belongs (some tools turn 17:00 into 1020)"
        raise refuse(message, f'quote the time: "{text}"')
    try:
        return parse_wall_time(value if isinstance(value, str) else str(value))
    except ValueError as error:
        raise refuse(
            "not a time of day", 'write HH:MM, 24 hours, two digits each: "09:30"'
        ) from error


def _zone(value: object) -> str:
    try:
        return zone_of(value if isinstance(value, str) else str(value)).key
    except ValueError as error:
        fix = 'write an IANA name such as "America/New_York" or "America/Chicago"'
        raise refuse("not a time zone name", fix) from error


def _root(value: object) -> str:
    root = ticker_of_code(value if isinstance(value, str) else str(value))
    if not _ROOT.fullmatch(root) or isinstance(value, bool) or value is None:
        raise refuse("not a symbol root", "write the trader's ticker, such as MNQ")
    return root


def _duration(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        seconds = value
    elif isinstance(value, str) and (match := _DURATION.fullmatch(value)) is not None:
        seconds = int(match[1]) * _UNIT_SECONDS[match[2]]
    else:
        raise refuse("not a duration", "write whole seconds (300) or 90s, 5m, 1h")
    if seconds > _LONGEST_S:
        raise refuse("longer than 31 days", "write 744h at most")
    return seconds


def _iso_date(value: object) -> date:
    if isinstance(value, date):
        return value
    text = value if isinstance(value, str) and _DATE.fullmatch(value) else ""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise refuse("not a date", "write a real date as YYYY-MM-DD") from error


def plain_text(value: object) -> str:
    """Return a text that is not empty; digits written without quotes are text here."""
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise refuse("not a text", "write it in quotes")
    text = str(value).strip()
    if not text:
        raise refuse("must not be empty", "write the text, or remove the key")
    return text


def _distinct(roots: tuple[str, ...]) -> tuple[str, ...]:
    twice = sorted({root for root in roots if roots.count(root) > 1})
    if twice:
        raise refuse(f"{', '.join(twice)} is listed twice", "a code such as EP means ES: keep one")
    return roots


def _clock_text(value: time) -> str:
    return value.strftime("%H:%M")


Choice = Annotated[T, Field(strict=False)]
"""A StrEnum field: `count_type: Choice[CountType]`; exact lower-case text in the file."""

LossLimit = Annotated[Decimal, BeforeValidator(_loss), forms.NOT_ZERO]
"""USD; -500 and 500 both become Decimal(-500); zero is refused."""
ProfitTarget = Annotated[Decimal, BeforeValidator(_profit), forms.ABOVE_ZERO]
"""USD above zero."""
UsdAmount = Annotated[Decimal, BeforeValidator(_usd), forms.NUMBER]
"""USD of any sign."""
Ratio = Annotated[Decimal, BeforeValidator(_ratio), forms.NUMBER]
"""A number without a unit."""
ContractLimit = Annotated[int, Field(gt=0)]
"""A number of contracts above zero."""
WallTime = Annotated[
    time,
    BeforeValidator(_wall_time),
    PlainSerializer(_clock_text, when_used="json"),
    forms.WALL_TIME,
]
"""Local time of day from HH:MM, without zone."""
ZoneName = Annotated[str, BeforeValidator(_zone), forms.ZONE]
"""An IANA zone name."""
Root = Annotated[str, BeforeValidator(_root), forms.ROOT]
"""An upper-case ticker; a product code such as EP becomes its ticker."""
RootMap = Annotated[Mapping[Root, T], RootKeys()]
"""A mapping by root; two keys that mean one root are refused by the loader."""
RootList = Annotated[
    tuple[Root, ...], AfterValidator(_distinct), Field(json_schema_extra=forms.DISTINCT)
]
"""Distinct roots."""
Duration = Annotated[int, BeforeValidator(_duration), forms.DURATION]
"""Seconds, from 300, 90s, 5m or 1h."""
IsoDate = Annotated[date, BeforeValidator(_iso_date), forms.DATE]
"""A calendar date."""
PlainText = Annotated[str, BeforeValidator(plain_text), forms.TEXT]
"""Text that is not empty; digits need no quotes."""
