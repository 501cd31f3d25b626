"""Rows that outlive a step: intents, the enforcement log, alarms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from risk_manager.domain.ids import AccountId, ContractId, IntentId, PositionId, RuleId
from risk_manager.domain.orders import Side


class IntentKind(Enum):
    """What an intent wants to bring about on one contract."""

    CLOSE = "close"
    REDUCE = "reduce"


@dataclass(frozen=True, slots=True)
class Intent:
    """A decision to close or reduce one contract, stored before the first call it causes.

    `position_ids` are the positions it was decided for, `target` the size it wants (0 to close),
    `expected_size` the size it saw, `closing_side` the side its order takes (None in rows of older
    versions). Only close intents are resumed after a restart.
    """

    id: IntentId
    account_id: AccountId
    contract_id: ContractId
    kind: IntentKind
    target: int
    expected_size: int
    position_ids: frozenset[PositionId]
    rule_id: RuleId
    reason: str
    created_at: datetime
    closing_side: Side | None = None


@dataclass(frozen=True, slots=True)
class PastClose:
    """A close or reduce of an earlier run whose fills may still be told; None: not finished."""

    account_id: AccountId
    contract_id: ContractId
    intent_id: IntentId
    created_at: datetime
    ended_at: datetime | None
    side: Side | None = None


class Outcome(Enum):
    """How an enforcement stands. DONE means its effect was seen by a look, never "sent"."""

    STARTED = "STARTED"
    DONE = "DONE"
    ALREADY = "ALREADY"
    REJECTED = "REJECTED"
    TIMED_OUT = "TIMED_OUT"
    DEFERRED = "DEFERRED"
    SHADOW = "SHADOW"


@dataclass(frozen=True, slots=True)
class EnforcementRecord:
    """One line of the enforcement log; the same as a database row.

    `action` is one of the fixed words (CLOSE_POSITION, SET_LOCKOUT, ...). `ms_to_request` is from
    the event's arrival to the request's last byte, `ms_to_flat` to the look that showed the
    effect; None when not reached or not measured. `key` groups updates of one action: a later
    record with the same key replaces the earlier one.
    """

    key: str
    at: datetime
    account_id: AccountId
    rule_id: RuleId
    reason: str
    action: str
    outcome: Outcome
    contract_id: ContractId | None = None
    from_size: int | None = None
    to_size: int | None = None
    code: int | None = None
    message: str | None = None
    ms_to_request: float | None = None
    ms_to_flat: float | None = None


@dataclass(frozen=True, slots=True)
class BreachSeen:
    """A rule's limit was broken: once per episode, with the reading and the limit in words.

    `shadow` says that the rule only watches, so that nothing follows.
    """

    account_id: AccountId
    rule_id: RuleId
    reason: str
    value: str
    limit: str
    shadow: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """The guard saw nothing for a while, or lost events; `seconds` is how long, when it is over."""

    cause: str
    event: Literal["began", "ended", "once"]
    seconds: float | None = None


class Level(Enum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should read: logged, and alarms shown on every screen.

    One alarm per (account, subject, episode): `subject` names the episode's cause.
    """

    level: Level
    account_id: AccountId | None
    subject: str
    text: str
