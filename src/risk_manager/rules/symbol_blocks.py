"""RULE-011 SymbolBlocks: forbids listed symbols.

Watches: positions and working orders of every expiry of a blocked symbol.

Acts: as soon as there is one. What is open is closed, entry orders are cancelled, and the symbol is
locked as long as it is on the list; other symbols stay free. With `close_existing: false` what was
open when the block began may stay, but nothing may be added.

Cannot: refuse an order beforehand: a market order fills first and is then closed. ES and MES are
two symbols: to block both, list both. A symbol that is not known yet is not matched.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from risk_manager.config.base import Choice, RootList, RuleConfig
from risk_manager.domain.decisions import (
    Breach,
    CancelEntries,
    CeilingPolicy,
    CloseContract,
    Decision,
    LockOut,
    Reading,
    ReleaseLock,
    Verdict,
)
from risk_manager.domain.distance import NextOrder
from risk_manager.domain.events import (
    ConfigActivated,
    Event,
    OrderChanged,
    PositionChanged,
    StateRestored,
    TimerFired,
)
from risk_manager.domain.ids import ContractId, RuleId
from risk_manager.domain.locks import LockKind
from risk_manager.domain.unknown import Unknown
from risk_manager.domain.view import AccountView
from risk_manager.rules.base_rule import Rule

SWEEP = timedelta(seconds=10)


class BlockEnforcement(StrEnum):
    """The only allowed effect."""

    CLOSE_AND_LOCKOUT_SYMBOL = "close_and_lockout_symbol"


class SymbolBlocksConfig(RuleConfig):
    """Section `symbol_blocks` of risk_config.yaml."""

    blocked_symbols: RootList = Field(default=(), description="Forbidden symbols, e.g. [RTY].")
    close_existing: bool = Field(
        default=True, description="Also close what is open when the block begins."
    )
    enforcement: Choice[BlockEnforcement] = Field(
        default=BlockEnforcement.CLOSE_AND_LOCKOUT_SYMBOL,
        description="Restates the effect; no other value is allowed.",
    )


class SymbolBlocks(Rule[SymbolBlocksConfig]):
    """Close and lock what is on the list."""

    rule_id: ClassVar = RuleId("RULE-011")
    section: ClassVar = "symbol_blocks"
    title: ClassVar = "Symbol blocks"
    config_model: ClassVar = SymbolBlocksConfig
    listens_to: ClassVar = (
        PositionChanged, OrderChanged, TimerFired, ConfigActivated, StateRestored,
    )  # fmt: skip

    def next_event(self, after: datetime) -> tuple[datetime, Event] | None:
        """Ten seconds on: nothing blocked may be overlooked for longer."""
        return (after + SWEEP, TimerFired("blocks")) if self.config.blocked_symbols else None

    @property
    def symbols(self) -> Iterable[str]:
        """The list."""
        return self.config.blocked_symbols

    def check(self, event: Event, view: AccountView) -> Verdict:
        """Lock every listed symbol once, and close or cancel what is there."""
        del event
        decisions: list[Decision] = []
        found: list[str] = []
        unresolved: str | None = None
        for contract_id, is_open in _touched(view).items():
            root = view.root_of(contract_id)
            if isinstance(root, Unknown):
                unresolved = root.cause
            elif root in self.config.blocked_symbols:
                found.append(root)
                decisions += self._act(contract_id, view, is_open=is_open)
        locks = [self._lock(root) for root in self._unlocked(view)]
        none = "none held" if unresolved is None else "none held of those that are known"
        value = f"held: {', '.join(dict.fromkeys(found))}" if found else none
        if decisions or locks:
            names = ", ".join(dict.fromkeys(found)) or ", ".join(lock.scope for lock in locks)
            reason = f"{names} blocked"
            wanted = (*self._obsolete(view), *locks, *decisions)
            return Breach(reason, wanted, value, self.describe_limit(), unknown=unresolved)
        return Reading(value, decisions=self._obsolete(view), unknown=unresolved)

    def describe_limit(self) -> str:
        """The list."""
        return ", ".join(self.config.blocked_symbols) or "no symbol"

    def room(self, order: NextOrder, view: AccountView) -> int | None:
        """Nothing of a listed symbol."""
        del view
        return 0 if order.root in self.config.blocked_symbols else None

    def _unlocked(self, view: AccountView) -> list[str]:
        return [r for r in self.config.blocked_symbols if view.lock_of(r, self.rule_id) is None]

    def _lock(self, root: str) -> LockOut:
        stays = not self.config.close_existing
        ceiling = CeilingPolicy.EXPOSURE if stays else CeilingPolicy.ZERO
        return LockOut(LockKind.SYMBOL_BLOCK, None, root, ceiling)

    def _act(self, contract_id: ContractId, view: AccountView, *, is_open: bool) -> list[Decision]:
        """Close and cancel; where exposure may stay, the lock gate keeps the ceiling."""
        cancels = [
            CancelEntries(order.contract_id)
            for order in view.entry_orders()
            if order.contract_id == contract_id
        ]
        stays = not self.config.close_existing
        if not is_open or stays or view.size_after_pending(contract_id) == 0:
            return list(dict.fromkeys(cancels))
        return [CloseContract(contract_id)]

    def _obsolete(self, view: AccountView) -> tuple[ReleaseLock, ...]:
        """Locks of symbols that have left the list."""
        return tuple(
            ReleaseLock(lock.key.scope)
            for lock in view.locks_by(self.rule_id)
            if lock.key.scope not in self.config.blocked_symbols
        )


def _touched(view: AccountView) -> dict[ContractId, bool]:
    """Contracts with an entry order (False) or a position (True)."""
    touched = {order.contract_id: False for order in view.entry_orders()}
    touched.update({position.contract_id: True for position in view.positions()})
    return touched
