"""Places a stop, and finds out what became of it (pure).

The answer to a place call may be lost while the order lives, and a second stop would open a
position. So a call without an answer is looked up by its tag, and what is sent again carries the
same tag: the venue takes a tag only once.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import ContractId, OrderId
from risk_manager.domain.orders import Order, OrderStatus
from risk_manager.domain.positions import Position
from risk_manager.domain.records import Outcome
from risk_manager.domain.requests import PlaceStop
from risk_manager.enforcement.answers import Meaning, meaning_of
from risk_manager.enforcement.contract_desk import Demand
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.managed_stop import ManagedStops, new_tag
from risk_manager.enforcement.order_change import answered_record
from risk_manager.enforcement.placing import Placing, closing_stop, placing_line
from risk_manager.enforcement.repeats import PLACE_TRIES, PLACES
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState
from risk_manager.state.position_book import SECOND_READ_S

CLOSED_S, THROTTLED_S = 30.0, 2.0
LOOK_AFTER_S = 0.25
ROUTINE_S = 0.001
"""A look that may wait so long does not use the reserve that closes need."""


class StopPlacer:
    """The stops being placed for one account, one per contract."""

    def __init__(self, account: AccountState, rows: ManagedStops, looks: LookDesk) -> None:
        self._account = account
        self._rows = rows
        self._looks = looks
        self._open: dict[ContractId, Placing] = {}
        self._rests: dict[ContractId, float] = {}
        self._refused: dict[ContractId, int] = {}

    @property
    def is_busy(self) -> bool:
        """Whether a request is on its way."""
        return any(one.in_flight is not None for one in self._open.values())

    def contracts(self) -> list[ContractId]:
        """The contracts with a stop on its way."""
        return list(self._open)

    def unanswered(self) -> list[ContractId]:
        """The contracts of place calls without an answer."""
        return [contract_id for contract_id, one in self._open.items() if one.is_unanswered]

    def rests_until(self, contract_id: ContractId) -> float:
        """Before when nothing is placed, because the last try was refused (monotonic)."""
        return self._rests.get(contract_id, float("-inf"))

    def place(self, step: Step, position: Position, price: Decimal, why: Demand) -> None:
        """Send a stop of the position's size. A try after an unanswered one keeps the tag."""
        contract_id = position.contract_id
        row = self._rows.get(contract_id, position.opening)
        tag = row.tag or new_tag(position.id, step.stamp.now)
        request = closing_stop(step, position, price, tag)
        self._rows.put(step, contract_id, replace(row, tag=tag))
        before = self._open.pop(contract_id, None)
        if before is not None:
            step.record(replace(before.record, outcome=Outcome.TIMED_OUT))
        placing = Placing(request, placing_line(step, request, why), step.stamp.received_mono)
        if before is not None and not before.gave_up:
            placing.tries = before.tries + 1
        placing.in_flight = request.request_id
        self._open[contract_id] = placing
        step.record(placing.record)
        step.first_wave.append(request)

    def on_answer(self, step: Step, answer: ActionAnswered) -> ContractId | None:
        """Take the answer of a place call; returns the contract if it was refused for certain."""
        request = answer.request
        if not isinstance(request, PlaceStop):
            return None
        placing = self._open.get(request.contract_id)
        if placing is None or placing.in_flight != request.request_id:
            return None
        placing.in_flight = None
        placing.look_after = answer.answered_mono
        meaning = meaning_of(answer)
        placing.record = answered_record(placing.record, answer, meaning, placing.event_mono)
        step.record(placing.record)
        if meaning is Meaning.ACCEPTED:
            self._refused.pop(request.contract_id, None)
            placing.is_accepted, placing.accepted = True, answer.order_id
            self._rows.settle_tag(step, request.contract_id, answer.order_id)
            self._look(request.contract_id, step.stamp.mono + LOOK_AFTER_S)
        elif meaning is Meaning.LOOK:
            pause_s = PLACES.pause(placing.tries, request.request_id)
            placing.not_before = step.stamp.mono + pause_s
            self._look(request.contract_id, step.stamp.mono)
        elif meaning is Meaning.THROTTLED:  # it never arrived, so it was no try
            placing.tries -= 1
            placing.not_before = step.stamp.mono + THROTTLED_S
            self._look(request.contract_id, placing.not_before)
        else:
            self._note_refused(step, request.contract_id, answer, meaning)
            return request.contract_id
        return None

    def on_look(
        self, step: Step, look: Look, contract_id: ContractId, price: Decimal | None
    ) -> bool:
        """Look up what was sent; returns whether a stop may be placed if there is none.

        `price` is the one wanted now: once all tries are used up, only another one is tried.
        """
        self._find_earlier(step, look, contract_id)
        placing = self._open.get(contract_id)
        if placing is None:
            return True
        if placing.in_flight is not None or look.orders_requested_mono < placing.look_after:
            return False
        found = self._reported(look, placing.request.tag, placing.accepted, contract_id)
        if found is not None:
            refused = found.status is OrderStatus.REJECTED
            self._end(step, placing, Outcome.REJECTED if refused else Outcome.DONE)
            return True
        if placing.is_accepted:
            return self._is_gone(step, look, placing)
        if step.stamp.mono < placing.not_before:
            self._look(contract_id, placing.not_before)
            return False
        return placing.tries < PLACE_TRIES or self._has_other_price(step, placing, price)

    def forget(self, step: Step, contract_id: ContractId) -> None:
        """The position is gone; a stop that is on its way is found by its tag later."""
        placing = self._open.get(contract_id)
        if placing is not None and placing.in_flight is None:
            self._end(step, placing, Outcome.TIMED_OUT)

    def _has_other_price(self, step: Step, placing: Placing, price: Decimal | None) -> bool:
        """All tries are used up: alarm; another price has tries of its own."""
        if not placing.gave_up:
            placing.gave_up = True
            text = f"a stop for {placing.request.contract_id} was not placed: no answer, not found"
            step.alarm(self._account.id, f"no stop {placing.request.contract_id}", text)
        return price is not None and price != placing.request.stop_price

    def _is_gone(self, step: Step, look: Look, placing: Placing) -> bool:
        """An accepted order that two looks lack, a second apart, has ended already."""
        first = placing.absent_mono
        if first is not None and look.orders_requested_mono - first >= SECOND_READ_S:
            self._end(step, placing, Outcome.TIMED_OUT)
            return True
        if first is None:
            placing.absent_mono = first = look.orders_requested_mono
        self._look(placing.request.contract_id, max(first + SECOND_READ_S, step.stamp.mono))
        return False

    def _reported(
        self, look: Look, tag: str, order_id: OrderId | None, contract_id: ContractId
    ) -> Order | None:
        """The order of a call, alive or over, if the look or an event shows it."""
        known = (*look.orders, *self._account.orders.known(contract_id))
        return next((o for o in known if o.custom_tag == tag or o.id == order_id), None)

    def _find_earlier(self, step: Step, look: Look, contract_id: ContractId) -> None:
        """A tag that was sent and never heard of again, maybe by an earlier run, is there."""
        row = self._rows.known(contract_id)
        tag = None if row is None else row.tag
        found = None if tag is None else self._reported(look, tag, None, contract_id)
        if found is not None:
            self._rows.settle_tag(step, contract_id, found.id)

    def _look(self, contract_id: ContractId, due: float) -> None:
        who = f"place {contract_id}"
        self._looks.plan(who, due, within_s=ROUTINE_S, suspended=True)

    def _note_refused(
        self, step: Step, contract_id: ContractId, answer: ActionAnswered, meaning: Meaning
    ) -> None:
        del self._open[contract_id]
        self._rows.settle_tag(step, contract_id, None)
        refused = self._refused[contract_id] = self._refused.get(contract_id, 0) + 1
        pause_s = PLACES.pause(refused, answer.request.request_id)
        is_closed = meaning in (Meaning.DEFERRED, Meaning.NOT_ACTIVE)
        self._rests[contract_id] = step.stamp.mono + (CLOSED_S if is_closed else pause_s)
        if not is_closed:
            text = f"a stop for {contract_id} was refused: code {answer.code} {answer.message}"
            step.alarm(self._account.id, f"no stop {contract_id}", text)

    def _end(self, step: Step, placing: Placing, outcome: Outcome) -> None:
        del self._open[placing.request.contract_id]
        placing.record = replace(placing.record, outcome=outcome, at=step.stamp.now)
        step.record(placing.record)
