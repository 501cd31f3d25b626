"""What a rule answers: decisions as data. The verbs live once, in `enforcement`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import get_args

from risk_manager.domain.errors import UnknownVerbError
from risk_manager.domain.ids import ACCOUNT_SCOPE, ContractId, OrderId
from risk_manager.domain.locks import LockKind


class CeilingPolicy(Enum):
    """How much exposure a new lock leaves."""

    ZERO = "zero"
    EXPOSURE = "exposure"
    """The exposure at the instant the lock is set; it follows reductions and never rises."""


@dataclass(frozen=True, slots=True)
class LockOut:
    """Set a lock. `until` aware UTC or None; `scope` is `account` or a symbol root.

    With ceiling EXPOSURE, `keep` names the contracts whose exposure may stay; None means every
    contract of the scope; `drop` is one whose exposure may not stay. `cause_order` is the order
    whose fill caused a cooldown: its later fills still belong to what may stay.
    """

    kind: LockKind
    until: datetime | None
    scope: str = ACCOUNT_SCOPE
    ceiling: CeilingPolicy = CeilingPolicy.ZERO
    keep: frozenset[ContractId] | None = None
    drop: ContractId | None = None
    cause_order: OrderId | None = None


@dataclass(frozen=True, slots=True)
class ReleaseLock:
    """End this rule's own lock on a scope, and no other."""

    scope: str = ACCOUNT_SCOPE


@dataclass(frozen=True, slots=True)
class Flatten:
    """Close every open position of the account and cancel entry orders everywhere."""


@dataclass(frozen=True, slots=True)
class CloseContract:
    """Close one contract, cancel its entry orders, and clean up its leftovers once flat."""

    contract_id: ContractId


@dataclass(frozen=True, slots=True)
class ReduceContract:
    """Bring one contract down to `target` contracts (>= 1) on its present side."""

    contract_id: ContractId
    target: int


@dataclass(frozen=True, slots=True)
class CancelEntries:
    """Leave no working order that can increase exposure; None means every contract."""

    contract_id: ContractId | None = None


@dataclass(frozen=True, slots=True)
class HoldStop:
    """Hold a protective stop at least as tight as `price` (points, on a tick) on a contract.

    Stops that are tighter stay as they are. No order is changed more often than once in `every_s`
    seconds.
    """

    contract_id: ContractId
    price: Decimal
    every_s: float


Decision = LockOut | ReleaseLock | Flatten | CloseContract | ReduceContract | CancelEntries


def refuse_unknown_verbs(decisions: Iterable[Decision]) -> None:
    """Raise UnknownVerbError for a decision that nothing would carry out."""
    for decision in decisions:
        if not isinstance(decision, get_args(Decision)):
            raise UnknownVerbError(f"nothing carries out a {type(decision).__name__}")


@dataclass(frozen=True, slots=True)
class Remember:
    """A fact the rule needs again after a restart; `value` None forgets it.

    Stored with the step, per account and rule; `key` is the rule's own.
    """

    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """When a rule must be asked again although nothing happens.

    At `at`, and when a read of orders and positions is back, good or bad. `look_from` asks for
    such a read, requested at or after that instant and at most `within_s` later; with `suspended`
    it also reads the suspended children of brackets. A later answer of the rule replaces it.
    """

    at: datetime | None = None
    look_from: datetime | None = None
    within_s: float = 0.0
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule's limit is broken: a reason for a person, and what to do about it.

    `value` and `limit` repeat the reading and the limit in words for screens and logs. Without
    decisions it is only logged. `unknown` is why something beside it could not be evaluated;
    `severity` grows as it gets worse, None for what is no level.
    """

    reason: str
    decisions: tuple[Decision, ...]
    value: str = ""
    limit: str = ""
    notes: tuple[Remember, ...] = ()
    follow_up: FollowUp | None = None
    unknown: str | None = None
    severity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """The rule could not be evaluated: a reading is UNKNOWN, with its cause.

    What could be read may still be worth remembering. What stays UNKNOWN is alarmed in any case;
    `alarm` says at once, without waiting for an answer that may be on its way.
    """

    cause: str
    notes: tuple[Remember, ...] = ()
    follow_up: FollowUp | None = None
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The rule was evaluated and holds; `value` in words for the status.

    `decisions` loosen what this rule itself set (ReleaseLock) or tighten stops (HoldStop): neither
    lowers exposure, so neither is a breach. `unknown` is why something beside what holds could not
    be evaluated.
    """

    value: str
    notes: tuple[Remember, ...] = ()
    decisions: tuple[ReleaseLock | HoldStop, ...] = ()
    follow_up: FollowUp | None = None
    unknown: str | None = None


Verdict = Breach | NotEvaluated | Reading | None
