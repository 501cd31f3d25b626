"""Reads request bodies the way the venue's binder does: keys in any letter case, exact types."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec

INT32_MAX = 2**31 - 1
INT64_MAX = 2**63 - 1

_T = TypeVar("_T")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class BadRequestError(Exception):
    """The body cannot be bound; `field` is the member at fault, or `$` for the whole body."""

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(detail)
        self.field = field
        self.detail = detail


class Fields:
    """One JSON object of a request; every reader raises BadRequestError."""

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = {key.casefold(): value for key, value in members.items()}

    @classmethod
    def parse(cls, body: bytes) -> Fields:
        """Read a body; an empty one counts as an object without members."""
        if not body.strip():
            return cls({})
        try:
            value = _decoder.decode(body)
        except msgspec.DecodeError as error:
            raise BadRequestError("$", f"The body is not valid JSON: {error}") from error
        if not isinstance(value, dict):
            raise BadRequestError("$", "The body must be a JSON object.")
        return cls(value)

    def given(self, name: str) -> bool:
        """Whether the member is present and not null."""
        return self._members.get(name.casefold()) is not None

    def integer(self, name: str, maximum: int = INT32_MAX) -> int:
        """Read a required integer between -maximum - 1 and maximum."""
        return self._required(name, self.opt_integer(name, maximum))

    def opt_integer(self, name: str, maximum: int = INT32_MAX) -> int | None:
        """Read an integer that may be null or absent."""
        value = self._members.get(name.casefold())
        if value is None:
            return None
        if type(value) is not int or not -maximum - 1 <= value <= maximum:
            raise BadRequestError(name, f"The {name} field must be an integer.")
        return value

    def decimal(self, name: str) -> Decimal:
        """Read a required number."""
        return self._required(name, self.opt_decimal(name))

    def opt_decimal(self, name: str) -> Decimal | None:
        """Read a number that may be null or absent; never through a binary float."""
        value = self._members.get(name.casefold())
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise BadRequestError(name, f"The {name} field must be a number.")
        return _bounded(name, Decimal(value))

    def money_text(self, name: str) -> Decimal | None:
        """Read a number that may also be written as text; for the control path."""
        value = self._members.get(name.casefold())
        if not isinstance(value, str):
            return self.opt_decimal(name)
        try:
            return _bounded(name, Decimal(value))
        except InvalidOperation as error:
            raise BadRequestError(name, f"The {name} field must be a number.") from error

    def text(self, name: str) -> str:
        """Read a required text."""
        return self._required(name, self.opt_text(name))

    def opt_text(self, name: str) -> str | None:
        """Read a text that may be null or absent."""
        value = self._members.get(name.casefold())
        if value is not None and not isinstance(value, str):
            raise BadRequestError(name, f"The {name} field must be a string.")
        return value

    def flag(self, name: str) -> bool:
        """Read a required boolean."""
        return self._required(name, self.opt_flag(name))

    def opt_flag(self, name: str) -> bool | None:
        """Read a boolean that may be null or absent."""
        value = self._members.get(name.casefold())
        if value is not None and not isinstance(value, bool):
            raise BadRequestError(name, f"The {name} field must be a boolean.")
        return value

    def instant(self, name: str) -> datetime:
        """Read a required date and time."""
        return self._required(name, self.opt_instant(name))

    def opt_instant(self, name: str) -> datetime | None:
        """Read an ISO 8601 date and time; without an offset it is taken as UTC."""
        value = self.opt_text(name)
        if value is None:
            return None
        try:
            instant = datetime.fromisoformat(value)
        except ValueError as error:
            raise BadRequestError(name, f"The {name} field must be a date and time.") from error
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)

    def opt_object(self, name: str) -> Fields | None:
        """Read an object that may be null or absent."""
        value = self._members.get(name.casefold())
        if value is None:
            return None
        if not isinstance(value, dict):
            raise BadRequestError(name, f"The {name} field must be an object.")
        return Fields(value)

    def opt_integers(self, name: str) -> list[int] | None:
        """Read a list of integers that may be null or absent."""
        value = self._members.get(name.casefold())
        if value is None:
            return None
        if not isinstance(value, list) or any(type(item) is not int for item in value):
            raise BadRequestError(name, f"The {name} field must be a list of integers.")
        return value

    @staticmethod
    def _required(name: str, value: _T | None) -> _T:
        if value is None:
            raise BadRequestError(name, f"The {name} field is required.")
        return value


def _bounded(name: str, number: Decimal) -> Decimal:
    """Refuse what the venue's 96-bit decimal cannot hold."""
    if not number.is_finite() or (number and abs(number.adjusted()) > 28):
        raise BadRequestError(name, f"The {name} field must be a number.")
    return number
