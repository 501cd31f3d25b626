"""UNKNOWN as a value: never zero, never flat, never "no stop"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from risk_manager.domain.errors import UnknownUsedError


@dataclass(frozen=True, slots=True)
class Unknown:
    """A reading that is not there, with the cause in words for a person.

    It has no truth value: `if reading:` on an unknown reading raises UnknownUsedError, so that
    a missing price can neither pass as "no breach" nor as "breach" by accident.
    """

    cause: str

    def __bool__(self) -> NoReturn:
        raise UnknownUsedError(f"the value is unknown: {self.cause}")
