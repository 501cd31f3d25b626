"""What the daemon tells of earlier days, as typed values; instants aware UTC."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from risk_manager.cli.trader.model import EnforcementRow


class TotalRow(msgspec.Struct, frozen=True):
    """How often an action had an outcome on this trading day."""

    action: str
    outcome: str
    count: int


class PastLockRow(msgspec.Struct, frozen=True):
    """A lock that is or was in force; `ended_at` None while it is."""

    rule: str
    scope: str = "account"
    kind: str = ""
    reason: str = ""
    set_at: datetime | None = None
    until: datetime | None = None
    ended_at: datetime | None = None
    end_cause: str | None = None


class PresenceRow(msgspec.Struct, frozen=True):
    """The newest stay of the trader; `out_at` None while it lasts."""

    in_at: datetime
    out_at: datetime | None = None
    forgotten: bool = False


class HistoryAnswer(msgspec.Struct, frozen=True):
    """One account's past: enforcement lines, totals of the day, last locks, presence."""

    account: int
    enforcements: tuple[EnforcementRow, ...] = ()
    totals: tuple[TotalRow, ...] = ()
    locks: tuple[PastLockRow, ...] = ()
    presence: PresenceRow | None = None


def parse_history(answer: dict[str, Any]) -> HistoryAnswer:
    """Return the typed answer; raises ValueError (msgspec) naming the member that does not fit."""
    return msgspec.convert(answer, HistoryAnswer, strict=False)
