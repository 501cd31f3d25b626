"""Cancels and modifies of one account (pure).

Whoever wants an order gone says so at every look; this desk sends one request at a time per order
and spaces the repeats. An order that turns terminal needs nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import OrderId, RequestId, RuleId
from risk_manager.domain.orders import Order
from risk_manager.domain.records import EnforcementRecord, Outcome
from risk_manager.domain.requests import ActionRequest, CancelOrder, ModifyOrder
from risk_manager.enforcement.answers import Meaning, is_listed, meaning_of
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState

LOOK_AFTER_S = 0.25
REPEAT_BASE_S = 1.0
REPEAT_CAP_S = 10.0
ALARM_TRIES = 5
FORGET_S = 60.0


@dataclass(slots=True)
class _Change:
    """The running request on one order. Times are monotonic seconds."""

    record: EnforcementRecord
    event_mono: float
    tries: int = 0
    in_flight: RequestId | None = None
    not_before: float = 0.0
    look_asked: float = 0.0
    final: bool = False


class OrderDesk:
    """One request at a time per order."""

    def __init__(self, account: AccountState, looks: LookDesk) -> None:
        self._account = account
        self._looks = looks
        self._changes: dict[OrderId, _Change] = {}
        self._by_request: dict[RequestId, OrderId] = {}

    def cancel(self, step: Step, order: Order, rule_id: RuleId, reason: str) -> None:
        """Cancel an order unless a request on it runs, waits or was finally refused."""
        request_id = step.ids.request()
        request = CancelOrder(request_id, self._account.id, order.id)
        self._send(step, order, request, rule_id, reason)

    def resize(self, step: Step, order: Order, size: int, rule_id: RuleId, reason: str) -> None:
        """Set an order's total size (contracts, fills included), prices unchanged."""
        request = ModifyOrder(step.ids.request(), self._account.id, order.id, size=size)
        self._send(step, order, request, rule_id, reason)

    def is_refused(self, order_id: OrderId) -> bool:
        """Whether the venue refused this order's cancel for good (a follower account)."""
        change = self._changes.get(order_id)
        return change is not None and change.final

    @property
    def is_busy(self) -> bool:
        """Whether a request is on its way."""
        return any(change.in_flight is not None for change in self._changes.values())

    def on_answer(self, step: Step, answer: ActionAnswered) -> bool:
        """Take the answer of a cancel or modify; returns False when it is not one of ours."""
        order_id = self._by_request.pop(answer.request.request_id, None)
        if order_id is None:
            return False
        change = self._changes[order_id]
        change.in_flight = None
        meaning = meaning_of(answer)
        mono = step.stamp.mono
        pause = min(REPEAT_BASE_S * 2 ** (change.tries - 1), REPEAT_CAP_S)
        change.not_before = mono + (10.0 if meaning is Meaning.REJECTED else pause)
        self._note_outcome(step, change, answer, meaning)
        if meaning is Meaning.FINAL:
            change.final = True
            self._account.follower = True
            text = "FOLLOWER - cannot cancel here; guard the leader - positions are still closed"
            step.alarm(self._account.id, "follower", text)
            return True
        if meaning is Meaning.REJECTED or change.tries == ALARM_TRIES or not is_listed(answer):
            text = f"order {order_id}: {change.record.action} answered {answer.code}"
            step.alarm(self._account.id, f"order {order_id}", text)
        self._looks.want(mono + LOOK_AFTER_S, within_s=LOOK_AFTER_S)
        return True

    def on_look(self, step: Step) -> None:
        """After a look: an order that is gone, or has its new size, shows the effect.

        Old bookkeeping is dropped.
        """
        mono = step.stamp.mono
        for order_id, change in list(self._changes.items()):
            order = self._account.orders.get(order_id)
            gone = order is None or not order.is_alive
            resized = order is not None and order.size == change.record.to_size
            if change.in_flight is not None or not (gone or resized):
                continue
            if change.record.outcome is Outcome.STARTED:
                change.record = replace(change.record, outcome=Outcome.DONE, at=step.stamp.now)
                step.record(change.record)
            if not gone or mono - change.not_before > FORGET_S:
                del self._changes[order_id]

    def _send(
        self, step: Step, order: Order, request: ActionRequest, rule_id: RuleId, reason: str
    ) -> None:
        change = self._changes.get(order.id)
        action = "CANCEL_ORDER" if isinstance(request, CancelOrder) else "MODIFY_ORDER"
        if change is not None and change.record.action == action:
            if change.in_flight is not None or change.final:
                return
            if step.stamp.mono < change.not_before:
                self._ask_again(change)
                return
        elif change is not None and change.in_flight is not None:
            return
        else:
            key = f"order-{order.id}-{request.request_id}"
            record = EnforcementRecord(
                key=key,
                at=step.stamp.now,
                account_id=self._account.id,
                rule_id=rule_id,
                reason=reason,
                action=action,
                outcome=Outcome.STARTED,
                contract_id=order.contract_id,
                from_size=order.remaining,
                to_size=None if isinstance(request, CancelOrder) else _new_size(request),
            )
            change = self._changes[order.id] = _Change(record, step.stamp.received_mono)
            step.record(record)
        change.tries += 1
        change.in_flight = request.request_id
        self._by_request[request.request_id] = order.id
        step.first_wave.append(request)

    def _ask_again(self, change: _Change) -> None:
        """Whoever wants the order gone is asked again by the look at the end of the pause."""
        if change.look_asked != change.not_before:
            change.look_asked = change.not_before
            self._looks.want(change.not_before)

    @staticmethod
    def _note_outcome(
        step: Step, change: _Change, answer: ActionAnswered, meaning: Meaning
    ) -> None:
        outcome = {
            Meaning.ALREADY: Outcome.ALREADY,
            Meaning.REJECTED: Outcome.REJECTED,
            Meaning.FINAL: Outcome.REJECTED,
        }.get(meaning, Outcome.STARTED)
        if answer.failure == "timeout":
            outcome = Outcome.TIMED_OUT
        sent_ms = change.record.ms_to_request
        if sent_ms is None and answer.sent_mono is not None:
            sent_ms = (answer.sent_mono - change.event_mono) * 1000
        change.record = replace(
            change.record,
            outcome=outcome,
            code=answer.code,
            message=answer.message,
            ms_to_request=sent_ms,
        )
        step.record(change.record)


def _new_size(request: ActionRequest) -> int | None:
    return request.size if isinstance(request, ModifyOrder) else None
