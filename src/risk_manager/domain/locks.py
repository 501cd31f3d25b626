"""A lock: who, why, until when, and how much exposure may stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from risk_manager.domain.ids import AccountId, ContractId, OrderId, RuleId


class LockKind(Enum):
    """How a lock ends.

    One by condition ends when what set it is over; a kept one is then ended by an administrator.
    """

    UNTIL_RESET = "until_reset"
    UNTIL_SESSION = "until_session"
    BY_CONDITION = "by_condition"
    BY_CONDITION_KEPT = "by_condition_kept"
    PERMANENT = "permanent"
    COOLDOWN = "cooldown"
    SYMBOL_BLOCK = "symbol_block"
    RULE_ERROR = "rule_error"


@dataclass(frozen=True, slots=True)
class LockKey:
    """The key of a lock: at most one row per account, scope and rule.

    `scope` is `account` or a symbol root.
    """

    account_id: AccountId
    scope: str
    rule_id: RuleId


@dataclass(frozen=True, slots=True)
class Lockout:
    """An active lock.

    `until` is aware UTC, None for a lock without an end time. `ceilings` maps a contract to the
    signed exposure (contracts, positive long) that may stay; a contract not in it has ceiling 0.
    `value` and `limit` are the reading and the limit in words, for the trader. `cause_order` is
    the order whose fills caused a cooldown: its later fills raise the ceiling.
    """

    key: LockKey
    kind: LockKind
    reason: str
    set_at: datetime
    until: datetime | None
    value: str = ""
    limit: str = ""
    ceilings: Mapping[ContractId, int] = field(default_factory=dict)
    sequence: int = 0
    cause_order: OrderId | None = None

    def is_active(self, now: datetime) -> bool:
        """Whether the lock still holds at trusted time `now`; it ends at `until` exactly."""
        return self.until is None or now < self.until
