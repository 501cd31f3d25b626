"""One message for a person (pure)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from risk_manager.config.alerts_file import AlertLevel

LEVELS = (AlertLevel.INFO, AlertLevel.WARNING, AlertLevel.ALARM)
"""From the least to the most."""


@dataclass(frozen=True, slots=True)
class Alert:
    """`whose` is the account in words, empty for the guard itself; `text` says what, why, until
    when and what is still allowed. `key` names the episode: what repeats under one key is counted
    instead of told.
    """

    level: AlertLevel
    whose: str
    text: str
    key: Hashable

    @property
    def title(self) -> str:
        """Return the line above the text."""
        return f"Risk Manager: {self.whose}" if self.whose else "Risk Manager"


def at_least(level: AlertLevel, least: AlertLevel) -> bool:
    """Return whether a level matters as much as another, or more."""
    return LEVELS.index(level) >= LEVELS.index(least)
