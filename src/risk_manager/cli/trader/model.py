"""The status JSON as typed values.

Members this version does not know are ignored and missing ones are None or empty, so that a tool
and a daemon of neighbouring versions understand each other. Money is Decimal USD, sizes contracts,
instants aware UTC, durations seconds; None is UNKNOWN where a value is expected.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from risk_manager.cli.trader.model_day import CurveRow, ResultRow, VenueRow, WindowRow
from risk_manager.cli.trader.model_run import (
    CalendarRow,
    DatabaseRow,
    Hubs,
    LinkRow,
    LoginRow,
    MarketRow,
)


class PositionRow(msgspec.Struct, frozen=True):
    """An open position; `covered` contracts of it are protected by stops."""

    contract: str
    symbol: str
    side: str
    size: int
    average_price: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    covered: int | None = None
    limit: int | None = None
    opened_at: datetime | None = None
    quote_age_s: float | None = None
    uncovered_closes_in_s: float | None = None
    session_closes_in_s: float | None = None


class OrderRow(msgspec.Struct, frozen=True):
    """A working order."""

    contract: str = ""
    symbol: str = ""
    type: str | None = None
    side: str = ""
    size: int = 0
    filled: int = 0
    limit_price: Decimal | None = None
    stop_price: Decimal | None = None
    status: str = ""
    created_at: datetime | None = None


class SessionRow(msgspec.Struct, frozen=True):
    """The trading session: of the account, or of one `symbol` when only symbols have one."""

    open: bool = True
    symbol: str | None = None
    closes_at: datetime | None = None
    opens_at: datetime | None = None
    forced_close_in_s: float | None = None


class HeadroomRow(msgspec.Struct, frozen=True):
    """How many contracts the next order may have, and the rule that binds; None: no limit."""

    symbol: str
    contracts: int | None = None
    rule: str | None = None


class LockRow(msgspec.Struct, frozen=True):
    """An active lock; `scope` is `account` or a symbol root."""

    rule: str
    scope: str = "account"
    kind: str = ""
    until: datetime | None = None
    remaining_s: float | None = None
    reason: str = ""
    reading: str = ""
    limit: str = ""
    set_at: datetime | None = None
    allowed: str = ""


class LeftRow(msgspec.Struct, frozen=True):
    """What is left until a limit: `unit` is USD, contracts, ticks, trades or s (seconds).

    `of` names the symbol or window that is nearest to its limit.
    """

    amount: Decimal
    unit: str
    of: str | None = None


class RuleRow(msgspec.Struct, frozen=True):
    """One rule's last reading; `unknown` is the cause why there is none."""

    rule: str
    enabled: bool = True
    mode: str = "enforce"
    value: str | None = None
    limit: str | None = None
    left: LeftRow | None = None
    unknown: str | None = None
    last_evaluated_at: datetime | None = None


class EnforcementRow(msgspec.Struct, frozen=True):
    """One line of the enforcement log; durations in milliseconds from the event's arrival.

    Later news of one action has the same `key`; older daemons tell none.
    """

    at: datetime
    rule: str
    reason: str = ""
    action: str = ""
    contract: str | None = None
    from_size: int | None = None
    to_size: int | None = None
    outcome: str = ""
    code: int | None = None
    message: str | None = None
    key: str | None = None
    ms_to_request: float | None = None
    ms_to_flat: float | None = None


class AccountRow(msgspec.Struct, frozen=True):
    """One account. `timezone` is the zone of its trading day (IANA name)."""

    id: int
    name: str | None = None
    state: str = ""
    can_trade: bool | None = None
    trading_day: str | None = None
    day_began_at: datetime | None = None
    next_reset_at: datetime | None = None
    timezone: str | None = None
    realized_pnl: Decimal | None = None
    unrealized_pnl: Decimal | None = None
    net_pnl: Decimal | None = None
    balance: Decimal | None = None
    start_balance: Decimal | None = None
    venue: VenueRow | None = None
    curve: CurveRow | None = None
    trades: tuple[ResultRow, ...] = ()
    windows: tuple[WindowRow, ...] = ()
    follower: bool = False
    positions: tuple[PositionRow, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    session: SessionRow | None = None
    headroom: tuple[HeadroomRow, ...] = ()
    locks: tuple[LockRow, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    enforcements: tuple[EnforcementRow, ...] = ()


class Status(msgspec.Struct, frozen=True):
    """The whole answer. `at` is the daemon's trusted time."""

    at: datetime
    status: str
    schema: int = 1
    causes: tuple[str, ...] = ()
    tier: int | None = None
    mode: str = "enforce"
    clock: str = "untrusted"
    ready: bool = False
    hubs: Hubs = Hubs()
    last_reconcile_at: datetime | None = None
    blind_s_today: float | None = None
    blind_s: float | None = None
    version: str | None = None
    started_at: datetime | None = None
    uptime_s: float | None = None
    links: dict[str, LinkRow] = {}
    login: LoginRow = LoginRow()
    database: DatabaseRow = DatabaseRow()
    market: MarketRow = MarketRow()
    calendar: CalendarRow = CalendarRow()
    accounts: tuple[AccountRow, ...] = ()


def parse_status(answer: dict[str, Any]) -> Status:
    """Return the typed status; raises ValueError (msgspec) naming the member that does not fit."""
    return msgspec.convert(answer, Status, strict=False)
