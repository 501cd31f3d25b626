"""Closes and reduces of one account: start, join, answer (pure).

`confirm.py` continues where a look is in: it decides whether the effect is there, whether to repeat
and when to look again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import ContractId, RequestId, RuleId
from risk_manager.domain.orders import Side
from risk_manager.domain.records import EnforcementRecord, Intent, IntentKind, Outcome
from risk_manager.domain.requests import ClosePosition, ReducePosition
from risk_manager.enforcement.answers import Meaning, is_listed, meaning_of
from risk_manager.enforcement.contract_action import ContractAction, Phase
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.own_closes import OwnCloses
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.writes import PutIntent

RETRY_AFTER_S = {Meaning.REJECTED: 10.0, Meaning.NOT_ACTIVE: 30.0, Meaning.DEFERRED: 30.0}
THROTTLED_S = 2.0
OUTCOMES = {
    Meaning.REJECTED: Outcome.REJECTED,
    Meaning.NOT_ACTIVE: Outcome.REJECTED,
    Meaning.DEFERRED: Outcome.DEFERRED,
}


@dataclass(frozen=True, slots=True)
class Demand:
    """Who wants an action, and why."""

    rule_id: RuleId
    reason: str
    event_mono: float


class ContractDesk:
    """The actions in flight on the contracts of one account."""

    def __init__(self, account: AccountState, looks: LookDesk, closes: OwnCloses) -> None:
        self._account = account
        self.closes = closes
        self._looks = looks
        self.actions: dict[ContractId, ContractAction] = {}
        self._by_request: dict[RequestId, ContractAction] = {}

    def target_of(self, contract_id: ContractId) -> int | None:
        """The size an action planned or in flight will leave; None without one."""
        action = self.actions.get(contract_id)
        return None if action is None else action.target

    def demand(self, step: Step, contract_id: ContractId, target: int, why: Demand) -> None:
        """Bring a contract down to `target` contracts (0 closes it).

        A close leaves at once and without a size; a reduce carries one and looks first. A demand
        on a contract with an action in flight joins it and may only lower its target.
        """
        action = self.actions.get(contract_id)
        if action is None:
            action = self._create(step, contract_id, target, why)
        elif action.lower(target):
            step.writes.append(PutIntent(action.intent))
            step.record(action.record)
        else:
            return
        if action.phase is Phase.LOOK_FIRST:
            if target == 0 and action.request is None:
                self.send(step, action, size=0)
            else:
                self._looks.want(action.look_after)

    def resume(self, step: Step, intent: Intent) -> None:
        """Take up a close intent of an earlier run: a look decides whether it is still due."""
        held = self._account.held(intent.contract_id)
        why = Demand(intent.rule_id, intent.reason, step.stamp.mono)
        record = self._record(step, intent, why)
        action = ContractAction(
            intent=intent,
            record=record,
            side=Side.SELL if held < 0 else Side.BUY,
            event_mono=step.stamp.mono,
            phase=Phase.LOOK_FIRST,
            look_after=step.stamp.mono,
        )
        self.actions[intent.contract_id] = action
        self._looks.want(step.stamp.mono)

    def send(self, step: Step, action: ContractAction, size: int) -> None:
        """Send the close (`size` 0) or a partial close of `size` contracts."""
        request_id = step.ids.request()
        account_id, contract_id = self._account.id, action.contract_id
        if size == 0:
            action.request = ClosePosition(request_id, account_id, contract_id)
        else:
            action.request = ReducePosition(request_id, account_id, contract_id, size)
        action.phase = Phase.SENT
        action.tries += 1
        action.sent_at = step.stamp.now
        self.closes.note_sent(action)
        action.flat_read_mono = None
        self._by_request[request_id] = action
        step.first_wave.append(action.request)

    def on_answer(self, step: Step, answer: ActionAnswered) -> bool:
        """Take the answer of a close or reduce; returns False when it is not one of ours."""
        action = self._by_request.pop(answer.request.request_id, None)
        if action is None:
            return False
        meaning = meaning_of(answer)
        mono = step.stamp.mono
        action.phase = Phase.VERIFY
        action.answered_mono = action.look_after = answer.answered_mono
        action.looks = 0
        action.sent_mono = answer.sent_mono
        action.not_before = (answer.sent_mono or mono) + action.pause()
        if action.first_sent_mono is None and answer.sent_mono is not None:
            action.first_sent_mono = answer.sent_mono
            sent_ms = (answer.sent_mono - action.event_mono) * 1000
            action.record = replace(action.record, ms_to_request=sent_ms)
        outcome = OUTCOMES.get(meaning, Outcome.STARTED)
        if answer.failure == "timeout":
            outcome = Outcome.TIMED_OUT
        action.record = replace(
            action.record, outcome=outcome, code=answer.code, message=answer.message
        )
        step.record(action.record)
        self._plan_after(step, action, meaning, answer)
        return True

    def _plan_after(
        self, step: Step, action: ContractAction, meaning: Meaning, answer: ActionAnswered
    ) -> None:
        """Set when to look next, and whether that look may lead to a repeat."""
        mono = step.stamp.mono
        if meaning is Meaning.RECOMPUTE:
            action.phase = Phase.LOOK_FIRST
            action.not_before = mono
            self._looks.want(mono)
            return
        if meaning is Meaning.THROTTLED:
            wait = answer.retry_after_s if answer.retry_after_s is not None else THROTTLED_S
            action.not_before = mono + min(wait, THROTTLED_S)
        elif meaning in RETRY_AFTER_S:
            action.not_before = mono + RETRY_AFTER_S[meaning]
        if meaning is Meaning.REJECTED or not is_listed(answer):
            text = f"close of {action.contract_id} refused: code {answer.code} {answer.message}"
            step.alarm(self._account.id, f"refused {action.contract_id}", text)
        self._looks.want(action.next_look(mono))

    def _create(
        self, step: Step, contract_id: ContractId, target: int, why: Demand
    ) -> ContractAction:
        position = self._account.positions.get(contract_id)
        held = self._account.held(contract_id)
        side = Side.SELL if held < 0 else Side.BUY
        intent = Intent(
            id=step.ids.intent(),
            account_id=self._account.id,
            contract_id=contract_id,
            kind=IntentKind.CLOSE if target == 0 else IntentKind.REDUCE,
            target=target,
            expected_size=abs(held),
            position_ids=frozenset() if position is None else frozenset({position.id}),
            rule_id=why.rule_id,
            reason=why.reason,
            created_at=step.stamp.now,
            closing_side=side.opposite,
        )
        action = ContractAction(
            intent=intent,
            record=self._record(step, intent, why),
            side=side,
            event_mono=why.event_mono,
            phase=Phase.LOOK_FIRST,
            look_after=step.stamp.mono,
        )
        self.actions[contract_id] = action
        step.writes.append(PutIntent(intent))
        step.record(action.record)
        return action

    @staticmethod
    def _record(step: Step, intent: Intent, why: Demand) -> EnforcementRecord:
        return EnforcementRecord(
            key=f"intent-{intent.id}",
            at=step.stamp.now,
            account_id=intent.account_id,
            rule_id=why.rule_id,
            reason=why.reason,
            action="CLOSE_POSITION" if intent.kind is IntentKind.CLOSE else "REDUCE_POSITION",
            outcome=Outcome.STARTED,
            contract_id=intent.contract_id,
            from_size=intent.expected_size,
            to_size=intent.target,
        )
