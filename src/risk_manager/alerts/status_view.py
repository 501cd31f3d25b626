"""The parts of the published status that alerts are made of (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec


class LeftView(msgspec.Struct, frozen=True):
    """What is left until a limit, and the whole way to it."""

    amount: Decimal
    unit: str
    of: str | None = None
    whole: Decimal | None = None

    @property
    def used_percent(self) -> int | None:
        """Return how much of the limit is used, rounded down; None where nothing says so."""
        if self.whole is None:
            return None
        return max(0, int(100 * (1 - self.amount / self.whole)))


class RuleView(msgspec.Struct, frozen=True):
    """One rule's last reading."""

    rule: str
    value: str | None = None
    limit: str | None = None
    left: LeftView | None = None


class LockView(msgspec.Struct, frozen=True):
    """An active lock; `scope` is `account` or a symbol root."""

    rule: str
    scope: str = "account"
    kind: str = ""
    until: datetime | None = None
    reason: str = ""
    allowed: str = ""


class AccountView(msgspec.Struct, frozen=True):
    """One account."""

    id: int
    name: str | None = None
    state: str = ""
    timezone: str | None = None
    locks: tuple[LockView, ...] = ()
    rules: tuple[RuleView, ...] = ()

    @property
    def label(self) -> str:
        """Return the account's name and number."""
        return f"{self.name} ({self.id})" if self.name else str(self.id)

    def locked_by(self, rule: str) -> bool:
        """Return whether a rule holds a lock of any scope."""
        return any(lock.rule == rule for lock in self.locks)


class StatusView(msgspec.Struct, frozen=True):
    """The whole status; `at` is the daemon's trusted time."""

    at: datetime
    status: str
    causes: tuple[str, ...] = ()
    accounts: tuple[AccountView, ...] = ()

    @property
    def by_id(self) -> Mapping[int, AccountView]:
        """Return the accounts by number."""
        return {account.id: account for account in self.accounts}


_DECODER: Final = msgspec.json.Decoder(StatusView, strict=False)


def parse(body: bytes) -> StatusView:
    """Return the typed status; raises msgspec.MsgspecError for what is none."""
    return _DECODER.decode(body)
