"""The largest next order in each symbol that would breach nothing once filled (pure).

An order that adds to what is held, or opens; exits are always possible. Every enforced rule and
every active lock is asked for itself, and the smallest answer binds. Working orders are not
counted: it is about the next fill. A rule in shadow stops nothing, so it binds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from risk_manager.core.account_guard import AccountGuard
from risk_manager.domain.distance import NextOrder
from risk_manager.domain.events import Stamp
from risk_manager.domain.ids import ACCOUNT_SCOPE, RuleId
from risk_manager.domain.unknown import Unknown

BUY, SELL = 1, -1


@dataclass(frozen=True, slots=True)
class Room:
    """Contracts that may be added in a symbol, and what binds; None in both without any limit.

    `sign` is the side it was found on, +1 to buy.
    """

    contracts: int | None
    rule: RuleId | None
    sign: int


def headroom(guard: AccountGuard, stamp: Stamp) -> list[dict[str, Any]]:
    """One row per symbol that is held, ordered or named in the configuration, by name."""
    if not guard.account.restored:
        return []
    rows = []
    for root in sorted(_symbols(guard)):
        room = min((room_for(guard, root, sign, stamp) for sign in _sides(guard, root)), key=_size)
        rows.append({"symbol": root, "contracts": room.contracts, "rule": room.rule})
    return rows


def room_for(guard: AccountGuard, root: str, sign: int, stamp: Stamp) -> Room:
    """What may be added in a symbol on one side."""
    order, view = NextOrder(root, sign), guard.view.at(stamp)
    found = [
        Room(0, lock.key.rule_id, sign)
        for lock in guard.market.locks.active(guard.account.id, stamp.now)
        if lock.key.scope in (ACCOUNT_SCOPE, root)
    ]
    for rule in () if found else guard.judge.rules:
        contracts = None if guard.judge.is_shadow(rule) else rule.room(order, view)
        if contracts is not None:
            found.append(Room(contracts, rule.rule_id, sign))
    return min(found, key=_size, default=Room(None, None, sign))


def _size(room: Room) -> float:
    return float("inf") if room.contracts is None else room.contracts


def _sides(guard: AccountGuard, root: str) -> set[int]:
    """The sides that add exposure: that of what is held, both when flat."""
    held = {
        BUY if position.signed_size > 0 else SELL
        for position in guard.account.positions.all()
        if guard.market.contracts.root_of(position.contract_id) == root
    }
    return held or {BUY, SELL}


def _symbols(guard: AccountGuard) -> set[str]:
    named = {symbol for rule in guard.judge.rules for symbol in rule.symbols}
    roots = map(guard.market.contracts.root_of, guard.account.touched_contracts())
    return named | {root for root in roots if not isinstance(root, Unknown)}
