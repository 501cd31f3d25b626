"""Cancels and modifies of one account (pure).

Whoever wants an order gone says so at every look; this desk sends one request at a time per order
and spaces the repeats. An order that turns terminal needs nothing more.
"""

from __future__ import annotations

from dataclasses import replace

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import ContractId, OrderId, RequestId, RuleId
from risk_manager.domain.orders import Order
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.domain.requests import ActionRequest, CancelOrder, Priority
from risk_manager.enforcement.answers import Meaning, is_listed, meaning_of
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.order_change import OrderChange
from risk_manager.enforcement.order_edit import Edit
from risk_manager.enforcement.repeats import ALARM_TRIES, CHANGES
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState

LOOK_AFTER_S = 0.25
FORGET_S = 60.0


class OrderDesk:
    """One request at a time per order."""

    def __init__(self, account: AccountState, looks: LookDesk) -> None:
        self._account = account
        self._looks = looks
        self._changes: dict[OrderId, OrderChange] = {}
        self._by_request: dict[RequestId, OrderId] = {}

    def cancel(self, step: Step, order: Order, rule_id: RuleId, reason: str) -> None:
        """Cancel an order unless a request on it runs, waits or was finally refused."""
        self._send(step, order, None, rule_id, reason)

    def modify(self, step: Step, order: Order, edit: Edit, rule_id: RuleId, reason: str) -> bool:
        """Change an order; returns whether the request left.

        It does not while another one on the order runs, or while a failed one is to be repeated
        later.
        """
        return self._send(step, order, edit, rule_id, reason)

    def is_unsettled(self, order_id: OrderId, mono: float) -> bool:
        """Whether a request on an order runs, or no look has shown its effect yet.

        An effect that no look shows within a pause is waited for no longer.
        """
        change = self._changes.get(order_id)
        if change is None:
            return False
        return change.in_flight is not None or mono < change.not_before

    def is_refused(self, order_id: OrderId) -> bool:
        """Whether the venue refused this order's cancel for good (a follower account)."""
        change = self._changes.get(order_id)
        return change is not None and change.final

    @property
    def is_busy(self) -> bool:
        """Whether a request is on its way."""
        return any(change.in_flight is not None for change in self._changes.values())

    def unanswered(self) -> list[ContractId]:
        """The contracts of living orders to which a request was not answered."""
        known = (self._account.orders.get(i) for i, c in self._changes.items() if c.is_unanswered)
        return [order.contract_id for order in known if order is not None and order.is_alive]

    def on_answer(self, step: Step, answer: ActionAnswered) -> bool:
        """Take the answer of a cancel or modify; returns False when it is not one of ours."""
        order_id = self._by_request.pop(answer.request.request_id, None)
        if order_id is None:
            return False
        change = self._changes[order_id]
        change.in_flight = None
        meaning = meaning_of(answer)
        mono = step.stamp.mono
        pause_s = CHANGES.pause(change.tries, order_id)
        change.not_before = mono + (CHANGES.cap_s if meaning is Meaning.REJECTED else pause_s)
        change.note_answer(answer, meaning)
        step.record(change.record)
        if meaning is Meaning.FINAL:
            change.final = True
            self._account.follower = True
            text = "FOLLOWER - cannot cancel here; guard the leader - positions are still closed"
            step.alarm(self._account.id, "follower", text)
            return True
        if meaning is Meaning.REJECTED or change.tries == ALARM_TRIES or not is_listed(answer):
            text = f"order {order_id}: {change.record.action} answered {answer.code}"
            step.alarm(self._account.id, f"order {order_id}", text)
        self._look_after(change, order_id, mono)
        return True

    def on_look(self, step: Step) -> None:
        """After a look: an order that is gone, or has its new values, shows the effect.

        Old bookkeeping is dropped.
        """
        mono = step.stamp.mono
        for order_id, change in list(self._changes.items()):
            order = self._account.orders.get(order_id)
            gone = order is None or not order.is_alive
            edit = change.edit
            shown = edit is not None and order is not None and edit.is_shown(order)
            if change.in_flight is not None or not (gone or shown):
                continue
            if change.record.outcome is Outcome.STARTED:
                change.record = replace(change.record, outcome=Outcome.DONE, at=step.stamp.now)
                step.record(change.record)
            if not gone or mono - change.not_before > FORGET_S:
                del self._changes[order_id]

    def _send(
        self, step: Step, order: Order, edit: Edit | None, rule_id: RuleId, reason: str
    ) -> bool:
        change = self._changes.get(order.id)
        same = change is not None and (change.edit is None) == (edit is None)
        if change is not None and (change.in_flight is not None or (same and change.final)):
            return False
        repeats = change is not None and same and (change.failed or change.edit == edit)
        if change is not None and repeats and step.stamp.mono < change.not_before:
            self._ask_again(change)
            return False
        if change is None or not same or change.edit != edit:
            tries = change.tries if change is not None and same and change.failed else 0
            change = self._begin(step, order, edit, rule_id, reason)
            change.tries = tries
        request_id = step.ids.request()
        request: ActionRequest = CancelOrder(request_id, self._account.id, order.id)
        if edit is not None:
            request = edit.request(request_id, self._account.id, order)
        change.tries += 1
        change.in_flight = request_id
        self._by_request[request_id] = order.id
        step.first_wave.append(request)
        return True

    def _begin(
        self, step: Step, order: Order, edit: Edit | None, rule_id: RuleId, reason: str
    ) -> OrderChange:
        before = self._changes.get(order.id)
        if before is not None and before.record.outcome is Outcome.STARTED:
            step.record(replace(before.record, outcome=Outcome.TIMED_OUT, at=step.stamp.now))
        record = EnforcementRecord(
            key=f"order-{order.id}-{step.stamp.sequence}",
            at=step.stamp.now,
            account_id=self._account.id,
            rule_id=rule_id,
            reason=reason,
            action="CANCEL_ORDER" if edit is None else "MODIFY_ORDER",
            outcome=Outcome.STARTED,
            contract_id=order.contract_id,
            from_size=order.remaining,
            to_size=None if edit is None else edit.size,
        )
        change = self._changes[order.id] = OrderChange(record, step.stamp.received_mono, edit)
        step.record(record)
        return change

    def _look_after(self, change: OrderChange, order_id: OrderId, mono: float) -> None:
        """Look for the effect; what is not urgent waits for somebody else's look and no reserve."""
        due, edit = mono + LOOK_AFTER_S, change.edit
        if edit is not None and edit.priority is not Priority.ENFORCEMENT:
            patience_s = LOOK_AFTER_S if change.failed else edit.patience_s
            self._looks.plan(f"order {order_id}", due, within_s=patience_s)
        else:
            self._looks.want(due, within_s=LOOK_AFTER_S)

    def _ask_again(self, change: OrderChange) -> None:
        """Whoever wants the order gone is asked again by the look at the end of the pause."""
        if change.look_asked != change.not_before:
            change.look_asked = change.not_before
            self._looks.want(change.not_before)
