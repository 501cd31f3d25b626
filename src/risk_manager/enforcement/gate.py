"""The lock gate: while locked, exposure above the ceiling goes and entries are cancelled (pure).

Skipping is not enforcing: the gate acts on every position, order and fill and on every look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from risk_manager.domain.ids import ACCOUNT_SCOPE, GATE, ContractId
from risk_manager.domain.locks import Lockout
from risk_manager.enforcement.cleanup import CleanupDesk
from risk_manager.enforcement.contract_desk import ContractDesk, Demand
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.order_desk import OrderDesk
from risk_manager.enforcement.order_edit import Edit
from risk_manager.enforcement.step import Step
from risk_manager.enforcement.trim import surplus_cuts
from risk_manager.state.account_state import AccountState
from risk_manager.state.lockout_manager import LockoutManager
from risk_manager.state.writes import PutIntent

FILLS_OVERLAP = timedelta(seconds=60)
EXPLAIN_S = 0.5
"""A position above its ceiling that no fill explains is waited for so long, and no longer."""
_NEVER = float("-inf")

RootOf = Callable[[ContractId], str | None]
"""The root of a contract, None while it is not resolved."""


class LockGate:
    """Holds one account at or below the ceilings of its locks."""

    def __init__(
        self,
        account: AccountState,
        locks: LockoutManager,
        desk: ContractDesk,
        orders: OrderDesk,
        cleanup: CleanupDesk,
        looks: LookDesk,
    ) -> None:
        self._account = account
        self._locks = locks
        self._desk = desk
        self._orders = orders
        self._cleanup = cleanup
        self._looks = looks
        self._doubts: dict[ContractId, float] = {}
        self._before: dict[ContractId, float] = {}

    def hold(self, step: Step, root_of: RootOf, *, looked: bool) -> None:
        """Demand whatever the locks in force forbid; `looked` when a look was just merged."""
        self._before, self._doubts = self._doubts, {}
        locks = self._locks.active(self._account.id, step.stamp.now)
        if not locks:
            return
        for contract_id in self._account.touched_contracts():
            root = root_of(contract_id)
            covering = [lock for lock in locks if lock.key.scope in (ACCOUNT_SCOPE, root)]
            if not covering:
                continue
            ceiling = self._locks.ceiling(self._account.id, contract_id, root, step.stamp.now)
            lock = _strictest(covering, contract_id)
            why = Demand(GATE, f"{lock.key.rule_id}: {lock.reason}", step.stamp.received_mono)
            self._hold_exposure(step, contract_id, ceiling or 0, why)
            self._cancel_entries(step, contract_id, why, looked=looked)
            if looked:
                self.trim(step, contract_id, why)

    def trim(self, step: Step, contract_id: ContractId, why: Demand) -> None:
        """Cut exit orders that exceed the position, as the last look shows both."""
        position = self._account.positions.get(contract_id)
        if position is None or contract_id in self._desk.actions:
            return
        for cut in surplus_cuts(position, self._account.orders.alive(contract_id)):
            if cut.remaining == 0:
                self._orders.cancel(step, cut.order, why.rule_id, "exit order is surplus")
            else:
                size = cut.order.fill_volume + cut.remaining
                edit = Edit(size=size)
                self._orders.modify(step, cut.order, edit, why.rule_id, "exits exceed position")

    def _hold_exposure(
        self, step: Step, contract_id: ContractId, ceiling: int, why: Demand
    ) -> None:
        held = self._account.held(contract_id)
        allowed = abs(ceiling) if held * ceiling > 0 else 0
        if abs(held) <= allowed:
            return
        target = self._desk.target_of(contract_id)
        if target is not None and target <= allowed:
            return
        if allowed == 0 and target is None:
            self._cleanup.note_close(contract_id)
        elif not self._is_explained(step, contract_id, allowed):
            return
        self._desk.demand(step, contract_id, allowed, why)

    def _is_explained(self, step: Step, contract_id: ContractId, allowed: int) -> bool:
        """Whether fills had their say on a size above a ceiling that is not zero.

        A fill that brought it decides at once; otherwise fills are read, and the decision falls
        with the answer or after half a second.
        """
        account, mono = self._account, step.stamp.mono
        since = self._before.get(contract_id, step.stamp.received_mono)
        heard = account.fills_heard.get(contract_id, _NEVER) >= since
        by_fill = heard and abs(account.exposure.exposure(contract_id)) > allowed
        if by_fill or account.fills_read_mono >= since or mono >= since + EXPLAIN_S:
            return True
        self._doubts[contract_id] = since
        if contract_id not in self._before:
            newest = account.newest_trade_at or step.stamp.now
            self._looks.want_trades(mono, newest - FILLS_OVERLAP, urgent=True)
        return False

    def next_due(self) -> float | None:
        """When a size that nothing explained is decided on without an answer (monotonic)."""
        return min(self._doubts.values()) + EXPLAIN_S if self._doubts else None

    def note_raised(self, step: Step, contract_id: ContractId, root_of: RootOf) -> None:
        """More may stay: a reduction of ours that has not left takes that much less."""
        action = self._desk.actions.get(contract_id)
        now, root = step.stamp.now, root_of(contract_id)
        ceiling = self._locks.ceiling(self._account.id, contract_id, root, now) or 0
        if action is None or action.intent.rule_id != GATE or action.request is not None:
            return
        if 0 < action.target < abs(ceiling):
            action.intent = replace(action.intent, target=abs(ceiling))
            action.record = replace(action.record, to_size=abs(ceiling))
            step.writes.append(PutIntent(action.intent))

    def _cancel_entries(
        self, step: Step, contract_id: ContractId, why: Demand, *, looked: bool
    ) -> None:
        action = self._desk.actions.get(contract_id)
        for order in self._account.entry_orders(contract_id):
            if action is not None and order.side is action.side.opposite:
                continue  # it may be our own close: never cancelled before a look shows flat
            if looked or self._account.is_quiet(contract_id, step.stamp.mono):
                self._orders.cancel(step, order, why.rule_id, why.reason)
            else:
                self._looks.want(step.stamp.mono)


def _strictest(locks: Iterable[Lockout], contract_id: ContractId) -> Lockout:
    """The lock that leaves the least of a contract; of equals, the one that ends last."""
    return min(locks, key=lambda lock: abs(lock.ceilings.get(contract_id, 0)))
