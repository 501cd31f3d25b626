"""A looser change that waits for its reset, as a row (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec

from risk_manager.config.change import Change
from risk_manager.config.verdicts import Verdict
from risk_manager.domain.ids import AccountId

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", order="sorted")


@dataclass(frozen=True, slots=True)
class PendingChange:
    """One unit of one account that becomes active at its first reset at or after `not_before`.

    Rows of one request and unit share their `id`. `old` and `new` are values by dotted path.
    """

    id: int
    account_id: AccountId
    section: str
    unit: str
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    requested_at: datetime
    not_before: datetime

    @property
    def change(self) -> Change:
        """The change itself."""
        return Change(self.section, self.unit, Verdict.LOOSER, self.old, self.new)

    def is_of(self, change: Change) -> bool:
        """Whether this row already waits for exactly this."""
        same = (self.section, self.unit) == (change.section, change.unit)
        return same and encode_values(self.new) == encode_values(change.new)


def encode_values(values: Mapping[str, Any]) -> str:
    """Values by path as one line of JSON; equal values give equal texts."""
    return _ENCODER.encode(dict(values)).decode()


def encode_value(value: Any) -> str | None:
    """One value as JSON, which is YAML too; None stays None."""
    return None if value is None else _ENCODER.encode(value).decode()


def decode_values(text: str) -> dict[str, Any]:
    """Values by path from their text. Raises ValueError."""
    values: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return values


def in_words(change: Change) -> str:
    """`daily_realized_loss.limit -500 to -800`, for screens."""
    return "; ".join(
        f"{path} {_word(change.old.get(path))} to {_word(new)}" for path, new in change.new.items()
    )


def _word(value: Any) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else encode_value(value) or "none"
