"""One account's part of the published status (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from risk_manager.core.account_guard import AccountGuard
from risk_manager.core.day_status import day_status
from risk_manager.core.headroom import headroom
from risk_manager.core.holdings_status import (
    order_status,
    position_status,
    usd_or_none,
)
from risk_manager.core.rule_status import rule_status
from risk_manager.core.session_status import session_status
from risk_manager.core.stop_status import covered
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import ACCOUNT_SCOPE
from risk_manager.domain.locks import LockKind, Lockout
from risk_manager.domain.records import EnforcementRecord
from risk_manager.domain.unknown import Unknown
from risk_manager.state.open_pnl import OpenPart
from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.messages import Exposure, allowed_by_lock

_STATES = {
    LockKind.COOLDOWN: "COOLDOWN",
    LockKind.BY_CONDITION: "RESTRICTED",
    LockKind.BY_CONDITION_KEPT: "RESTRICTED",
    LockKind.UNTIL_SESSION: "SESSION CLOSED",
}


def account_status(
    guard: AccountGuard, enforcements: Sequence[EnforcementRecord], stamp: Stamp
) -> dict[str, Any]:
    """Everything the screens show of one account; unknown values are None."""
    account, view = guard.account, guard.view.at(stamp)
    locks = guard.market.locks.active(account.id, stamp.now)
    parts = {part.contract_id: part for part in view.open_parts()}
    realized = account.pnl.realized(net=False) if account.restored else Unknown("not read yet")
    unrealized = _sum(parts.values()) if account.restored else None
    total = None if isinstance(realized, Unknown) or unrealized is None else realized + unrealized
    return {
        "id": account.id,
        "name": account.name,
        "timezone": account.reset.zone,
        "state": _state(locks),
        "can_trade": account.can_trade,
        "trading_day": account.reset.trading_day(stamp.now).isoformat(),
        "day_began_at": format_instant(account.reset.last_boundary(stamp.now)),
        "next_reset_at": format_instant(account.reset.next_reset(stamp.now)),
        "realized_pnl": usd_or_none(realized),
        "unrealized_pnl": None if unrealized is None else f"{unrealized:.2f}",
        **day_status(guard, total, stamp),
        "positions": [position_status(guard, p, parts, stamp) for p in account.positions.all()],
        "orders": [order_status(guard, order) for order in account.orders.alive()],
        "session": session_status(guard.judge, stamp),
        "headroom": headroom(guard, stamp),
        "locks": [_lock(guard, lock, stamp) for lock in locks],
        "rules": [rule_status(guard, view, rule_id) for rule_id in sorted(guard.judge.status)],
        "enforcements": [_enforcement(record) for record in enforcements],
    }


def _state(locks: Sequence[Lockout]) -> str:
    """The word for the account lock that ends last; symbol locks are badges only."""
    for lock in locks:
        if lock.key.scope == ACCOUNT_SCOPE:
            return _STATES.get(lock.kind, "LOCKED OUT")
    return "OK TO TRADE"


def _sum(parts: Iterable[OpenPart]) -> Decimal | None:
    total = Decimal(0)
    for part in parts:
        if isinstance(part.pnl, Unknown):
            return None
        total += part.pnl
    return total


def _lock(guard: AccountGuard, lock: Lockout, stamp: Stamp) -> dict[str, Any]:
    exposed, kept = _exposures(guard, lock, stamp)
    left = None if lock.until is None else max(int((lock.until - stamp.now).total_seconds()), 0)
    return {
        "rule": lock.key.rule_id,
        "scope": lock.key.scope,
        "kind": lock.kind.value,
        "until": None if lock.until is None else format_instant(lock.until),
        "remaining_s": left,
        "ceiling": dict(lock.ceilings),
        "reason": lock.reason,
        "reading": lock.value,
        "limit": lock.limit,
        "set_at": format_instant(lock.set_at),
        "allowed": allowed_by_lock(
            lock.kind,
            lock.key.scope,
            exposed,
            kept,
            locked_out=guard.market.locks.is_locked_out(guard.account.id, stamp.now),
        ),
    }


def _exposures(
    guard: AccountGuard, lock: Lockout, stamp: Stamp
) -> tuple[list[Exposure], list[Exposure]]:
    """Open exposure the lock removes, and what its ceiling lets stay."""
    exposed: list[Exposure] = []
    kept: list[Exposure] = []
    for position in guard.account.positions.all():
        symbol = guard.market.contracts.label(position.contract_id)
        if lock.key.scope not in (ACCOUNT_SCOPE, symbol):
            continue
        ceiling = lock.ceilings.get(position.contract_id, 0)
        stays = ceiling * position.signed_size > 0
        has_stop = bool(covered(guard, position, stamp))
        found = Exposure(symbol, position.size, has_stop=has_stop)
        (kept if stays and position.size <= abs(ceiling) else exposed).append(found)
    return exposed, kept


def _enforcement(record: EnforcementRecord) -> dict[str, Any]:
    def rounded(value: float | None) -> float | None:
        return None if value is None else round(value, 1)

    return {
        "key": record.key,
        "at": format_instant(record.at),
        "rule": record.rule_id,
        "reason": record.reason,
        "action": record.action,
        "contract": record.contract_id,
        "from_size": record.from_size,
        "to_size": record.to_size,
        "outcome": record.outcome.value,
        "ms_to_request": rounded(record.ms_to_request),
        "ms_to_flat": rounded(record.ms_to_flat),
    }
