"""What one engine step changes in the database, as data; `persistence.py` writes it.

All writes of a step are one transaction, so that a killed process never leaves a trade without
its lock or a lock without its reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from risk_manager.config.pending import PendingChange
from risk_manager.domain.contracts import Contract
from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import AccountId, ContractId, IntentId, PositionId, RuleId
from risk_manager.domain.locks import LockKey, Lockout
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import EnforcementRecord, Intent


@dataclass(frozen=True, slots=True)
class PutLock:
    """Insert or replace the lock row of its key."""

    lock: Lockout


@dataclass(frozen=True, slots=True)
class EndLock:
    """Keep the row for history, marked as ended at `at` because of `cause`."""

    key: LockKey
    at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class PutTrade:
    """Insert or update a fill (unique per account and trade id)."""

    trade: Trade
    marks: FillMarks = field(default_factory=FillMarks)


@dataclass(frozen=True, slots=True)
class PutBoundary:
    """Store the trading-day boundary (reset instant, aware UTC) an account has reached."""

    account_id: AccountId
    boundary: datetime


@dataclass(frozen=True, slots=True)
class PutIntent:
    """Store an open intent."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class EndIntent:
    """Mark an intent as finished with an outcome word."""

    intent_id: IntentId
    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class PutDeadPosition:
    """Remember a closed position id; `opened_at` is the position's creation time."""

    account_id: AccountId
    contract_id: ContractId
    position_id: PositionId
    opened_at: datetime | None


@dataclass(frozen=True, slots=True)
class PutContract:
    """Remember a contract's data."""

    contract: Contract


@dataclass(frozen=True, slots=True)
class PutEnforcement:
    """Append or replace (same `key`) a line of the enforcement log."""

    record: EnforcementRecord


@dataclass(frozen=True, slots=True)
class PutMeta:
    """Store one named value, such as the largest trusted instant."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PutMemory:
    """Store what a rule must know after a restart; `value` None forgets it."""

    account_id: AccountId
    rule_id: RuleId
    key: str
    value: str | None


@dataclass(frozen=True, slots=True)
class PutActiveConfig:
    """Store what an account is guarded by from now on: the text of its set and its hash."""

    account_id: AccountId
    text: str
    digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DropActiveConfig:
    """An account is no longer to be guarded after this run."""

    account_id: AccountId


@dataclass(frozen=True, slots=True)
class PutPending:
    """Store a looser change that waits."""

    change: PendingChange


@dataclass(frozen=True, slots=True)
class EndPending:
    """A waiting change of one account became active, or was dropped."""

    pending_id: int
    account_id: AccountId
    at: datetime
    outcome: str


Write = (
    PutLock
    | EndLock
    | PutTrade
    | PutBoundary
    | PutIntent
    | EndIntent
    | PutDeadPosition
    | PutContract
    | PutEnforcement
    | PutMeta
    | PutMemory
    | PutActiveConfig
    | DropActiveConfig
    | PutPending
    | EndPending
)
