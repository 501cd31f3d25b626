"""Holds protective stops where RULE-012 wants them, and keeps our own ones in order (pure).

Only a look decides: before anything is placed or changed, orders and positions are read, and the
stop's size and its present price are taken from there. Our own stops follow the size of their
position whoever changed it, and go when it is flat.
"""

from __future__ import annotations

from collections.abc import Sequence

from risk_manager.domain.decisions import HoldStop
from risk_manager.domain.events import ActionAnswered
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position
from risk_manager.domain.requests import ModifyOrder, Priority
from risk_manager.enforcement.answers import Meaning, meaning_of
from risk_manager.enforcement.contract_desk import ContractDesk, Demand
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.managed_stop import STOPS, ManagedStops
from risk_manager.enforcement.order_desk import OrderDesk
from risk_manager.enforcement.order_edit import Edit
from risk_manager.enforcement.step import Step
from risk_manager.enforcement.stop_judge import fitting_size, seen_twice
from risk_manager.enforcement.stop_placer import StopPlacer
from risk_manager.enforcement.stop_wishes import StopWishes
from risk_manager.state.account_state import AccountState
from risk_manager.state.cover import is_protective
from risk_manager.state.quote_tracker import QuoteTracker


class StopDesk:
    """The stops of one account. With `is_silent` (RULE-012 in shadow) it sends nothing at all."""

    def __init__(
        self,
        account: AccountState,
        quotes: QuoteTracker,
        closes: ContractDesk,
        orders: OrderDesk,
        looks: LookDesk,
    ) -> None:
        self._account = account
        self._closes = closes
        self._orders = orders
        self._looks = looks
        self._rows = ManagedStops(account)
        self._placer = StopPlacer(account, self._rows, looks)
        self._wishes = StopWishes(account, quotes, orders, looks, self._rows, self._placer)
        self.is_silent = False

    @property
    def is_busy(self) -> bool:
        """Whether a stop is on its way."""
        return self._placer.is_busy

    def unanswered(self) -> list[ContractId]:
        """The contracts of place calls without an answer."""
        return self._placer.unanswered()

    def hold(self, step: Step, wanted: HoldStop, why: Demand) -> None:
        """Bring a contract's stops to a price at least, unless the contract is being closed."""
        if wanted.contract_id not in self._closes.actions:
            self._wishes.take(step, wanted, why)

    def note_changed(self, step: Step, contract_id: ContractId) -> None:
        """A position or an order changed: look at once if a stop of ours is too large for it.

        One that has become too small is no danger, and other stops may make up for it.
        """
        own = [o for o in self._account.orders.alive(contract_id) if self._rows.is_own(o)]
        if not own or self.is_silent:
            return
        position = self._account.positions.get(contract_id)
        if position is None or any(
            not is_protective(order, position) or order.remaining > position.size for order in own
        ):
            self._looks.want(step.stamp.mono)
        elif any(order.remaining < position.size for order in own):
            self._looks.doubt(step.stamp.mono)

    def on_answer(self, step: Step, answer: ActionAnswered) -> None:
        """Take any answer: those of places, and refusals of modifies."""
        request, mono = answer.request, step.stamp.mono
        refused = self._placer.on_answer(step, answer)
        if refused is not None:
            self._wishes.rest(refused, mono)
        elif isinstance(request, ModifyOrder) and answer.status == 200 and answer.success is False:
            order = self._account.orders.get(request.order_id)
            if order is not None and meaning_of(answer) is not Meaning.ALREADY:
                self._wishes.rest(order.contract_id, mono)

    def on_look(self, step: Step, look: Look) -> None:
        """Bring every contract with a wish or a stop of ours into order, as the look shows it."""
        if self.is_silent:
            return
        contracts = {*self._wishes.contracts(), *self._placer.contracts(), *self._rows.contracts()}
        contracts |= {o.contract_id for o in look.orders if o.is_alive and self._rows.is_own(o)}
        for contract_id in sorted(contracts - self._closes.actions.keys()):
            self._keep(step, look, contract_id)

    def _keep(self, step: Step, look: Look, contract_id: ContractId) -> None:
        if look.is_overtaken(self._account.positions, contract_id):
            self._looks.want(step.stamp.mono)
            return
        position = look.positions.get(contract_id)
        known = self._account.orders.alive(contract_id)
        read = [order for order in look.orders if order.contract_id == contract_id]
        both = seen_twice(read, known)
        may_place = self._placer.on_look(step, look, contract_id, self._wishes.price(contract_id))
        if position is None:
            if self._account.positions.get(contract_id) is None:
                self._end(step, contract_id, both)
            return
        for order in both:
            if self._rows.is_own(order) and order.side is position.side:
                self._orders.cancel(step, order, STOPS, "the position turned over")
        stops = [order for order in both if is_protective(order, position)]
        read_ids = {order.id for order in read}
        later = [o for o in known if o.id not in read_ids and is_protective(o, position)]
        if may_place and not self._fit(step, position, stops, later):
            self._wishes.judge(step, look, position, stops, more=bool(later))

    def _end(self, step: Step, contract_id: ContractId, orders: Sequence[Order]) -> None:
        """The contract is flat: what we placed on it goes, or it would open a position."""
        self._wishes.drop(contract_id)
        self._placer.forget(step, contract_id)
        own = [order for order in orders if self._rows.is_own(order)]
        for order in own:
            self._orders.cancel(step, order, STOPS, "the position is flat")
        if not own and contract_id not in self._placer.contracts():
            self._rows.forget(step, contract_id)

    def _fit(
        self, step: Step, position: Position, stops: Sequence[Order], later: Sequence[Order]
    ) -> bool:
        """Give one stop of ours the size it should have; returns whether one had another.

        One at a time: two stops of ours must not both give way to one another.
        """
        for order in sorted(stops, key=lambda one: one.id):
            if not self._rows.is_own(order):
                continue
            size = fitting_size(order, position, stops, later)
            if size == order.remaining:
                continue
            if size > order.remaining and not self._is_agreed(position):
                self._looks.doubt(step.stamp.mono)
                continue
            if self._orders.is_unsettled(order.id, step.stamp.mono):
                return True
            self._resize(step, order, size)
            return True
        return False

    def _is_agreed(self, position: Position) -> bool:
        """Whether fills say the same size as the look."""
        by_fills = self._account.exposure.exposure(position.contract_id)
        return by_fills == position.signed_size

    def _resize(self, step: Step, order: Order, size: int) -> None:
        if size == 0:
            self._orders.cancel(step, order, STOPS, "stops at least as tight cover the position")
            return
        grows = size > order.remaining
        edit = Edit(
            size=order.fill_volume + size,
            priority=Priority.SAFETY if grows else Priority.ENFORCEMENT,
        )
        self._orders.modify(step, order, edit, STOPS, "the stop takes the position's size")
