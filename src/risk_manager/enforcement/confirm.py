"""Is it done? What one look means for the actions in flight (pure).

Success of a call means accepted, not executed. Only a look ends an action: orders read first, then
positions, both requested after the answer. A close is repeated only if such a look shows no alive
market order on the closing side and the same position id still open.
"""

from __future__ import annotations

from dataclasses import replace

from risk_manager.domain.events import PositionChanged
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position
from risk_manager.domain.records import Outcome
from risk_manager.enforcement.action_words import ActionTeller
from risk_manager.enforcement.contract_action import (
    HANGING_S,
    NOT_FLAT_ALARM_S,
    ContractAction,
    Phase,
)
from risk_manager.enforcement.contract_desk import ContractDesk
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.order_desk import OrderDesk
from risk_manager.enforcement.own_orders import (
    FILL_WINDOW,
    is_residue,
    is_surely_own,
    may_be_own,
    opened_by_own,
)
from risk_manager.enforcement.repeats import ALARM_TRIES
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.position_book import SECOND_READ_S
from risk_manager.state.writes import EndIntent, PutIntent


class Confirmer:
    """Ends, repeats or goes on watching the actions of one account."""

    def __init__(
        self,
        account: AccountState,
        desk: ContractDesk,
        orders: OrderDesk,
        looks: LookDesk,
        teller: ActionTeller,
    ) -> None:
        self._account = account
        self._desk = desk
        self._orders = orders
        self._looks = looks
        self._teller = teller

    def on_look(self, step: Step, look: Look) -> list[ContractAction]:
        """Judge every action this look may decide; returns those that ended flat."""
        flat = []
        for action in list(self._desk.actions.values()):
            if action.phase is Phase.SENT or look.orders_requested_mono < action.look_after:
                continue
            if self._judge(step, action, look):
                flat.append(action)
        return flat

    def note_flat_event(self, contract_id: ContractId, received_mono: float) -> None:
        """The feed says the contract is flat: one of the two proofs."""
        action = self._desk.actions.get(contract_id)
        if action is not None and action.flat_event_mono is None:
            action.flat_event_mono = received_mono

    def note_market_open(self, step: Step) -> None:
        """The market opened: closes it refused while closed are due now, after a look."""
        for action in self._desk.actions.values():
            if action.record.outcome is Outcome.DEFERRED:
                action.not_before = step.stamp.mono
                self._looks.want(step.stamp.mono)

    def alarm_late(self, step: Step) -> None:
        """Alarm, once per action, what is not flat 10 s after its event."""
        for action in self._desk.actions.values():
            if not action.alarmed and step.stamp.mono - action.event_mono >= NOT_FLAT_ALARM_S:
                action.alarmed = True
                self._teller.late(step, action)

    def _judge(self, step: Step, action: ContractAction, look: Look) -> bool:
        position = look.positions.get(action.contract_id)
        closing = [o for o in look.orders if action.is_closing_order(o) or may_be_own(action, o)]
        if closing:
            self._watch_closing(step, action, closing)
            return False
        action.hanging_since = None
        if look.is_overtaken(self._account.positions, action.contract_id):
            self._looks.want(step.stamp.mono)
            return False
        if position is None:
            return self._judge_flat(step, action, look)
        if position.side is not action.side:
            self._other_side(step, action, position)
            return False
        if action.intent.position_ids and position.id not in action.intent.position_ids:
            self._finish(step, action, Outcome.DONE, position)
            return False
        if position.size <= action.target:
            self._finish(step, action, action.reached, position)
            return False
        self._repeat(step, action, position)
        return False

    def _watch_closing(self, step: Step, action: ContractAction, closing: list[Order]) -> None:
        """A market order on the closing side lives: wait; cancel our own one that hangs."""
        mono = step.stamp.mono
        if action.hanging_since is None:
            action.hanging_since = mono
        if mono - action.hanging_since >= HANGING_S and not action.cancelled_own:
            step.alarm(
                self._account.id,
                f"hanging {action.contract_id}",
                f"the broker has not executed a closing order on {action.contract_id} for 10s",
            )
            for order in closing:
                if is_surely_own(action, order):
                    action.cancelled_own = True
                    self._orders.cancel(step, order, action.intent.rule_id, "own close hangs")
        hangs_at = action.hanging_since + HANGING_S
        due = action.next_look(mono)
        self._looks.want(min(due, hangs_at) if mono < hangs_at else due)

    def _judge_flat(self, step: Step, action: ContractAction, look: Look) -> bool:
        """A read without the position: flat if fills, an event or a second read agree."""
        by_fills = look.fills_before.get(action.contract_id, 0)
        first = action.flat_read_mono
        second = first is not None and look.requested_mono - first >= SECOND_READ_S
        if by_fills == 0 or action.flat_event_mono is not None or second:
            self._finish(step, action, action.reached, None)
            return True
        if first is None:
            action.flat_read_mono = look.requested_mono
        again = (action.flat_read_mono or look.requested_mono) + SECOND_READ_S
        self._looks.want(max(again, step.stamp.mono))
        return False

    def _other_side(self, step: Step, action: ContractAction, position: Position) -> None:
        """The position turned over: our own residue is closed, the trader's is judged anew."""
        ours = is_residue(action, position) and opened_by_own(self._account, action, position)
        if ours is None and not action.asked_opener:
            action.asked_opener = True
            since = position.opened_at or step.stamp.now
            self._looks.want_trades(step.stamp.mono, since - FILL_WINDOW)
            return
        if not ours:
            self._finish(step, action, Outcome.DONE, position)
            return
        step.warn(
            self._account.id,
            f"crossed {action.contract_id}",
            f"a stop and our close crossed on {action.contract_id}: closing the residue of"
            f" {position.size}",
        )
        action.side = position.side
        ids = action.intent.position_ids | {position.id}
        action.intent = replace(
            action.intent, position_ids=ids, target=0, expected_size=position.size
        )
        step.writes.append(PutIntent(action.intent))
        self._desk.send(step, action, size=0)

    def _repeat(self, step: Step, action: ContractAction, position: Position) -> None:
        mono = step.stamp.mono
        action.flat_read_mono = None
        if action.request is not None and mono < action.not_before:
            self._looks.want(action.not_before)
            return
        if action.tries >= ALARM_TRIES:
            step.alarm(
                self._account.id,
                f"retrying {action.contract_id}",
                f"close of {action.contract_id} tried {action.tries} times, still open",
            )
        action.intent = replace(action.intent, expected_size=position.size)
        size = 0 if action.target == 0 else position.size - action.target
        self._desk.send(step, action, size)

    def _finish(
        self, step: Step, action: ContractAction, outcome: Outcome, position: Position | None
    ) -> None:
        """End the action; what remains is judged again by the gate and the rules."""
        del self._desk.actions[action.contract_id]
        self._desk.closes.note_ended(action.intent.id, step.stamp.now)
        effect = action.flat_event_mono if position is None else None
        action.finish_record(outcome, step.stamp.now, effect or step.stamp.received_mono)
        step.record(action.record)
        step.writes.append(EndIntent(action.intent.id, step.stamp.now, outcome.value))
        if outcome is Outcome.DONE:
            self._teller.done(step, action)
        if position is not None:
            step.raised.append(PositionChanged(position))
