"""Enforcement of one account: the desks tied together (pure).

The engine hands over plans, answers, looks and the passing of time; what leaves is in the step.
"""

from __future__ import annotations

from collections.abc import Iterable

from risk_manager.domain.events import ActionAnswered, PositionChanged
from risk_manager.domain.ids import GATE, ContractId
from risk_manager.domain.positions import Trade
from risk_manager.domain.records import Intent
from risk_manager.enforcement.action_words import ActionTeller
from risk_manager.enforcement.cleanup import CleanupDesk
from risk_manager.enforcement.confirm import Confirmer
from risk_manager.enforcement.contract_desk import ContractDesk, Demand
from risk_manager.enforcement.enforcement_engine import Plan
from risk_manager.enforcement.gate import LockGate, RootOf
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.order_desk import OrderDesk
from risk_manager.enforcement.own_closes import OwnCloses
from risk_manager.enforcement.step import Step
from risk_manager.enforcement.stop_desk import StopDesk
from risk_manager.enforcement.sweep import SweepDesk
from risk_manager.state.account_state import AccountState
from risk_manager.state.pnl_view import Market
from risk_manager.state.writes import PutIntent


class Enforcer:
    """Runs plans and keeps locks for one account."""

    def __init__(self, account: AccountState, market: Market) -> None:
        self._account = account
        self.looks = LookDesk(account.id)
        self.closes = OwnCloses()
        self.desk = ContractDesk(account, self.looks, self.closes)
        self.orders = OrderDesk(account, self.looks)
        self._cleanup = CleanupDesk(account, self.orders, self.looks)
        self._sweeps = SweepDesk(account, self.desk, self.orders, self.looks)
        self._confirm = Confirmer(
            account, self.desk, self.orders, self.looks, ActionTeller(account, market)
        )
        self._gate = LockGate(
            account, market.locks, self.desk, self.orders, self._cleanup, self.looks
        )
        self.stops = StopDesk(account, market.quotes, self.desk, self.orders, self.looks)

    @property
    def is_busy(self) -> bool:
        """Whether an action of ours is open: the account is then polled more often."""
        busy = self.orders.is_busy or self.stops.is_busy or not self._sweeps.is_idle
        return busy or bool(self.desk.actions)

    def unanswered(self) -> list[ContractId]:
        """The contracts of requests without an answer: their effect is not known yet."""
        closes = [c for c, action in self.desk.actions.items() if action.is_unanswered]
        return sorted({*closes, *self.orders.unanswered(), *self.stops.unanswered()})

    def target_of(self, contract_id: ContractId) -> int | None:
        """The size an action in flight will leave of a contract; None without one."""
        return self.desk.target_of(contract_id)

    def is_own_close(self, trade: Trade) -> bool:
        """Whether a fill belongs to a close of ours; in doubt it does."""
        return self.closes.caused(trade, self._account.orders.get(trade.order_id))

    def execute(self, step: Step, plan: Plan) -> None:
        """First wave of a plan; looks for the second are asked for."""
        if plan.flatten is not None:
            for contract_id in self._open_contracts():
                self._close(step, contract_id, plan.flatten)
            self._sweeps.start(step, None, plan.flatten, flatten=True)
        for contract_id, (target, why) in plan.targets.items():
            if plan.flatten is not None:
                continue
            if target == 0:
                self._close(step, contract_id, why)
            else:
                self.desk.demand(step, contract_id, target, why)
        for scope, why in plan.cancels.items():
            closing = scope is not None and plan.target_of(scope) == 0
            self._sweeps.start(step, scope, why, flatten=closing)
        for wanted, why in plan.stops.values():
            self.stops.hold(step, wanted, why)

    def hold_locks(self, step: Step, root_of: RootOf, *, looked: bool) -> None:
        """Ask the lock gate."""
        self._gate.hold(step, root_of, looked=looked)

    def note_raised(self, step: Step, contracts: Iterable[ContractId], root_of: RootOf) -> None:
        """A lock lets more of these contracts stay than before."""
        for contract_id in sorted(contracts):
            self._gate.note_raised(step, contract_id, root_of)

    def doubts_due(self) -> float | None:
        """When the gate decides on a position that no fill explained (monotonic)."""
        return self._gate.next_due()

    def resume(self, step: Step, intent: Intent) -> None:
        """Take up a close intent of an earlier run."""
        self._cleanup.note_close(intent.contract_id)
        self.desk.resume(step, intent)

    def note_position(self, step: Step, event: PositionChanged, received_mono: float) -> None:
        """A position event arrived; size 0 is one of the two proofs of flat.

        An action decided on a fill alone learns which position it is about, so that one opened
        after it is not taken for it.
        """
        position = event.position
        self.stops.note_changed(step, position.contract_id)
        if position.size == 0:
            self._confirm.note_flat_event(position.contract_id, received_mono)
            return
        action = self.desk.actions.get(position.contract_id)
        if action is not None and action.name_position(position):
            step.writes.append(PutIntent(action.intent))

    def on_answer(self, step: Step, answer: ActionAnswered) -> None:
        """Hand an answer to the desk that asked."""
        if not self.desk.on_answer(step, answer):
            self.orders.on_answer(step, answer)
        self.stops.on_answer(step, answer)

    def on_look(self, step: Step, look: Look) -> None:
        """A look was merged: verify, clean up, sweep on, trim after reduces."""
        before = dict(self.desk.actions)
        for action in self._confirm.on_look(step, look):
            self._cleanup.start(step, action)
        for contract_id, action in before.items():
            if contract_id not in self.desk.actions and action.target > 0:
                rule_id = action.intent.rule_id or GATE
                self._gate.trim(
                    step, contract_id, Demand(rule_id, action.intent.reason, action.event_mono)
                )
        self._cleanup.on_look(step, look)
        self._sweeps.on_look(step, look)
        self.orders.on_look(step)

    def note_market_open(self, step: Step) -> None:
        """Repeat at the open what the closed market refused."""
        self._confirm.note_market_open(step)

    def alarm_late(self, step: Step) -> None:
        """Alarm what is not flat 10 s after its event."""
        self._confirm.alarm_late(step)

    def _open_contracts(self) -> list[ContractId]:
        contracts = {position.contract_id for position in self._account.positions.all()}
        contracts.update(self._account.exposure.contracts())
        return sorted(contracts)

    def _close(self, step: Step, contract_id: ContractId, why: Demand) -> None:
        if self.desk.target_of(contract_id) is None:
            self._cleanup.note_close(contract_id)
        self.desk.demand(step, contract_id, 0, why)
