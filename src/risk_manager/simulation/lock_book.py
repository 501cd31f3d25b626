"""The locks by the stored rows alone, and G6 and G7 of them.

G7: no lock ends early. A row may only be followed by one that ends later; it is ended at its time,
or when what it waited for has come about at the venue. G6: what a restart reads is what was stored,
and an intent of the gate follows a lock.

A ceiling is reckoned here once more, from the venue's own book: it follows every reduction, and
only fills of the causing order raise it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from risk_manager.domain.ids import ACCOUNT_SCOPE, GATE, ContractId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.records import Intent
from risk_manager.gateway_sim.model import SimAccount, SimPosition, SimTrade, VenueEvent
from risk_manager.simulation.watching import Watcher
from risk_manager.state.lock_merging import lower_ceiling
from risk_manager.state.stored_state import StoredState
from risk_manager.state.writes import EndLock, PutIntent, PutLock, Write

if TYPE_CHECKING:
    from risk_manager.simulation.week_world import WeekWorld

NO_LIMIT = 10**6


class LockBook(Watcher):
    """`rows` are the locks not ended, `ceilings` what each of them leaves by the venue's book."""

    def __init__(self, world: WeekWorld) -> None:
        self._world = world
        self.rows: dict[LockKey, Lockout] = {}
        self.ceilings: dict[LockKey, dict[ContractId, int]] = {}
        self.seen = 0
        self.problems: list[str] = []
        self._could_trade = False

    def allowed(self, contract_id: str, *, until_ended: bool = False) -> int:
        """Contracts that the locks leave on the side that is held; `NO_LIMIT` without a lock.

        A lock counts up to its time, with `until_ended` up to the row that ends it.
        """
        net = self._world.net(contract_id)
        left = NO_LIMIT
        for key, lock in self.rows.items():
            if not self.covers(key, contract_id) or not (until_ended or self._is_due(lock)):
                continue
            ceiling = self.ceilings[key].get(ContractId(contract_id), 0)
            left = min(left, abs(ceiling) if ceiling * net > 0 else 0)
        return left

    def covers(self, key: LockKey, contract_id: str) -> bool:
        """Whether a lock is about a contract."""
        return key.scope in (ACCOUNT_SCOPE, self._world.root(contract_id))

    def on_commit(self, writes: Sequence[Write]) -> None:
        for write in writes:
            match write:
                case PutLock(lock):
                    self._put(lock)
                case EndLock(key, _, cause):
                    self._end(key, cause)
                case PutIntent(intent):
                    self._judge(intent)

    def on_venue(self, happened: VenueEvent) -> None:
        data = happened.data
        if isinstance(data, SimPosition):
            contract_id = ContractId(data.contract_id)
            size = data.size * data.type.sign
            for ceilings in self.ceilings.values():
                if contract_id in ceilings:
                    ceilings[contract_id] = lower_ceiling(ceilings[contract_id], size)
        elif isinstance(data, SimTrade):
            self._raise(data)
        elif isinstance(data, SimAccount):
            self._could_trade = self._could_trade or data.can_trade

    def on_start(self, kept: StoredState) -> None:
        found = {lock.key: _essence(lock) for lock in kept.locks}
        mine = {key: _essence(lock) for key, lock in self.rows.items()}
        if found != mine:
            self._broken(f"G6: a restart found {found}, stored were {mine}")

    def _put(self, lock: Lockout) -> None:
        key, old = lock.key, self.rows.get(lock.key)
        self.rows[key] = lock
        if old is None:
            self.seen += 1
            self.ceilings[key] = dict(lock.ceilings)
            self._could_trade = False
            return
        if old.until != lock.until and (old.until is None or _before(lock, old)):
            self._broken(f"G7: {key.rule_id} was to end {old.until}, now {lock.until}")
        for contract_id, ceiling in lock.ceilings.items():
            mine = self.ceilings[key].get(contract_id, 0)
            if abs(ceiling) > abs(mine) and lock.cause_order is not None:
                self.ceilings[key][contract_id] = ceiling

    def _end(self, key: LockKey, cause: str) -> None:
        lock = self.rows.pop(key, None)
        self.ceilings.pop(key, None)
        if lock is None:
            return
        is_over = lock.until is not None and self._world.time.now >= lock.until
        released = lock.kind is LockKind.BY_CONDITION and self._could_trade
        listed = self._world.rules.get("symbol_blocks", {}).get("blocked_symbols", ())
        unblocked = lock.kind is LockKind.SYMBOL_BLOCK and key.scope not in listed
        if not (is_over or released or unblocked):
            self._broken(f"G7: {key.rule_id} ended early ({cause}), was to end {lock.until}")

    def _judge(self, intent: Intent) -> None:
        if intent.rule_id == GATE and not any(
            self.covers(key, intent.contract_id) for key in self.rows
        ):
            self._broken(f"G6: an intent on {intent.contract_id} and no lock stored")

    def _raise(self, trade: SimTrade) -> None:
        contract_id, size = ContractId(trade.contract_id), trade.size * trade.side.sign
        for key, lock in self.rows.items():
            is_more = trade.profit_and_loss is None and not trade.voided
            if lock.cause_order == trade.order_id and is_more:
                held = self.ceilings[key].get(contract_id, 0)
                self.ceilings[key][contract_id] = held + size

    def _is_due(self, lock: Lockout) -> bool:
        return lock.is_active(self._world.time.now)

    def _broken(self, what: str) -> None:
        self.problems.append(f"{self._world.t:.3f} {what}")


def _before(lock: Lockout, old: Lockout) -> bool:
    return lock.until is not None and old.until is not None and lock.until < old.until


def _essence(lock: Lockout) -> tuple[object, Mapping[ContractId, int]]:
    return lock.until, dict(lock.ceilings)
