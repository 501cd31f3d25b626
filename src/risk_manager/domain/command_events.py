"""What an administrator, or a changed file, asks of the guard: frozen events, and the answer.

A command enters the inbox like every other event, so that a replay decides as it did. The password
was checked before and is never part of one. `ticket` names who waits for the answer; 0 is nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from risk_manager.domain.ids import AccountId, RuleId


class Origin(StrEnum):
    """Where a configuration comes from, which decides what may become of its looser parts."""

    ADMIN = "admin"
    """With the password: looser parts wait for their reset."""
    FILE = "file"
    """Found in the files, at the start or by a reload: looser parts are not used."""


@dataclass(frozen=True, slots=True)
class OfferedSet:
    """A whole valid configuration of one account, as text (`config.config_set`).

    An empty text says that the account is no longer to be guarded.
    """

    account_id: AccountId
    text: str


@dataclass(frozen=True, slots=True)
class ConfigOffered:
    """Configurations to compare with the active ones; with `commit` False they are only judged.

    `word` is what the administrator typed: APPLY lets a change act at once. `summary` says in
    words what was asked, for the history.
    """

    origin: Origin
    sets: tuple[OfferedSet, ...]
    word: str = ""
    commit: bool = True
    ticket: int = 0
    summary: str = ""


@dataclass(frozen=True, slots=True)
class PendingCancelled:
    """A looser change that waits is no longer wanted."""

    pending_id: int
    ticket: int = 0


@dataclass(frozen=True, slots=True)
class UnlockAsked:
    """An administrator wants one lock to end; `scope` is `account` or a symbol root."""

    account_id: AccountId
    scope: str
    rule_id: RuleId
    ticket: int = 0


@dataclass(frozen=True, slots=True)
class StopAsked:
    """An administrator wants the guard to stop; with `cancel` no longer."""

    cancel: bool = False
    ticket: int = 0


CommandEvent = ConfigOffered | PendingCancelled | UnlockAsked | StopAsked


class Effect(StrEnum):
    """What became of a command."""

    ACTIVE = "active"
    PENDING = "pending"
    HELD = "held"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CommandAnswer:
    """What became of the command of a ticket.

    `would` says what the change would do at once; with it and effect NONE a typed word is missing.
    `refused` is why policy forbids it. `matures` are the instants at which waiting parts become
    active, `notes` one line for each changed setting; `values` is what counts on at a path (JSON;
    None for nothing) after a cancelled change.
    """

    ticket: int
    effect: Effect
    would: tuple[str, ...] = ()
    matures: Mapping[AccountId, datetime] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    refused: str | None = None
    values: Mapping[str, str | None] = field(default_factory=dict)
