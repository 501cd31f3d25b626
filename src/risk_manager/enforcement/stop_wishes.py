"""How tight the stops of each contract must be, and what is sent to get there (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from risk_manager.domain.decisions import HoldStop
from risk_manager.domain.ids import ContractId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position
from risk_manager.domain.requests import Priority
from risk_manager.enforcement.contract_desk import Demand
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.managed_stop import ManagedStops
from risk_manager.enforcement.order_desk import OrderDesk
from risk_manager.enforcement.order_edit import Edit
from risk_manager.enforcement.step import Step
from risk_manager.enforcement.stop_judge import protects, tightening, to_move
from risk_manager.enforcement.stop_pace import StopPace
from risk_manager.enforcement.stop_placer import ROUTINE_S, StopPlacer
from risk_manager.enforcement.stop_wish import Wish, is_behind_market
from risk_manager.state.account_state import AccountState
from risk_manager.state.cover import is_protective
from risk_manager.state.quote_tracker import QuoteTracker

UNCLEAR_S: Final = 0.25
ASK_AGAIN_S: Final = 5.0
_MOVE: Final = Edit(priority=Priority.SAFETY, patience_s=2.0)


class StopWishes:
    """The wishes of one account."""

    def __init__(
        self,
        account: AccountState,
        quotes: QuoteTracker,
        orders: OrderDesk,
        looks: LookDesk,
        rows: ManagedStops,
        placer: StopPlacer,
    ) -> None:
        self._account = account
        self._quotes = quotes
        self._orders = orders
        self._looks = looks
        self._rows = rows
        self._placer = placer
        self._wishes: dict[ContractId, Wish] = {}
        self._pace = StopPace()

    def contracts(self) -> list[ContractId]:
        """The contracts with a wish."""
        return list(self._wishes)

    def price(self, contract_id: ContractId) -> Decimal | None:
        """The price wanted on a contract, if any."""
        wish = self._wishes.get(contract_id)
        return None if wish is None else wish.price

    def drop(self, contract_id: ContractId) -> None:
        """Nothing is wanted any more."""
        if self._wishes.pop(contract_id, None) is None:
            return
        self._looks.forget(_who(contract_id))
        self._pace.keep({order.id for order in self._account.orders.alive()})

    def rest(self, contract_id: ContractId, mono: float) -> None:
        """A change was refused: the next quote wakes the wish."""
        wish = self._wishes.get(contract_id)
        if wish is not None:
            wish.refused = mono

    def take(self, step: Step, wanted: HoldStop, why: Demand) -> None:
        """Take what the rule wants, and ask for a look unless our book shows it already.

        What was brought about once is not wanted again: a stop the trader has moved since stays.
        """
        contract_id, mono = wanted.contract_id, step.stamp.mono
        position = self._account.positions.get(contract_id)
        assert position is not None, "a stop is wanted for what is open"
        held = self._rows.get(contract_id, position.opening).held
        if held is not None and (wanted.price - held) * position.side.sign <= 0:
            self.drop(contract_id)
            return
        if not is_behind_market(self._quotes, position, wanted.price, mono):
            return
        wish = self._wishes.get(contract_id)
        if wish is None or wish.opening != position.opening:
            wish = Wish(position.opening, wanted.price, wanted.every_s, why, mono)
            self._wishes[contract_id] = wish
        wish.price, wish.why = wanted.price, why
        if wish.refused is not None:
            if (self._quotes.last_quote_mono(contract_id) or wish.refused) <= wish.refused:
                return
            wish.refused, wish.is_planned, wish.asked = None, False, mono
        if not wish.is_planned:
            self._plan_look(position, wish, mono)

    def judge(
        self, step: Step, look: Look, position: Position, stops: Sequence[Order], *, more: bool
    ) -> None:
        """Move or place what a look shows to be missing.

        `stops` are the protective ones of the look, `more` says that an event told of others.
        """
        contract_id, mono = position.contract_id, step.stamp.mono
        wish = self._wishes.get(contract_id)
        if wish is None or look.orders_requested_mono < wish.asked:
            return
        if wish.opening != position.opening:
            self.drop(contract_id)
            return
        wish.is_planned = False
        looser = to_move(stops, wish.price)
        if not looser and protects(stops, wish.price):
            row = self._rows.get(contract_id, position.opening)
            self._rows.put(step, contract_id, replace(row, held=wish.price))
            self.drop(contract_id)
        elif wish.refused is not None:
            return
        elif not is_behind_market(self._quotes, position, wish.price, mono):
            wish.refused = mono
        elif looser:
            self._move(step, looser, wish)
        elif stops or more:
            self._plan(contract_id, wish, mono + ASK_AGAIN_S)
        else:
            self._place(step, look, position, wish)

    def _move(self, step: Step, looser: Sequence[Order], wish: Wish) -> None:
        """Tighten every stop whose last change is long enough ago; look again for the others."""
        mono, later = step.stamp.mono, []
        for order in looser:
            due = self._due(order, wish)
            if mono < due or self._orders.is_unsettled(order.id, mono):
                later.append(max(due, mono + UNCLEAR_S))
                continue
            edit = tightening(order, wish.price, _MOVE)
            reason = f"stop {order.stop_price} to {wish.price}: {wish.why.reason}"
            left = self._orders.modify(step, order, edit, wish.why.rule_id, reason)
            assert left, "nothing runs on the order, and no pause either"
            self._pace.note_moved(order.id, mono)
        if later:
            self._plan(looser[0].contract_id, wish, min(later))

    def _place(self, step: Step, look: Look, position: Position, wish: Wish) -> None:
        """Place a stop of the position's size, if the look leaves no doubt that there is none."""
        contract_id, mono = position.contract_id, step.stamp.mono
        rests = self._placer.rests_until(contract_id)
        if mono < rests:
            self._plan(contract_id, wish, rests, whole=True)
        elif not look.is_whole:
            wish.is_planned = True
            if self._account.read_failure is not None:
                text = f"UNKNOWN - orders of {contract_id} not read: no stop is placed before"
                step.alarm(self._account.id, f"no stop {contract_id}", text)
            if not self._looks.is_planned(_who(contract_id)):
                wish.asked_whole = max(mono, wish.asked_whole + ASK_AGAIN_S)
                self._plan(contract_id, wish, wish.asked_whole, whole=True)
        elif self._account.exposure.exposure(contract_id) != position.signed_size:
            self._plan(contract_id, wish, mono + UNCLEAR_S, whole=True)
        else:
            self._pace.note_placed(contract_id, mono)
            self._placer.place(step, position, wish.price, wish.why)

    def _due(self, order: Order, wish: Wish) -> float:
        return self._pace.due(order, wish.every_s, is_own=self._rows.is_own(order))

    def _plan_look(self, position: Position, wish: Wish, mono: float) -> None:
        """Ask for the look that decides, when the first stop may be changed again."""
        contract_id = position.contract_id
        alive = self._account.orders.alive(contract_id)
        known = [order for order in alive if is_protective(order, position)]
        looser = to_move(known, wish.price)
        if known and not looser and protects(known, wish.price):
            return
        moved = [self._due(order, wish) for order in looser]
        earliest = min(moved, default=self._placer.rests_until(contract_id))
        self._plan(contract_id, wish, max(mono, earliest), whole=not known)

    def _plan(
        self, contract_id: ContractId, wish: Wish, due: float, *, whole: bool = False
    ) -> None:
        wish.is_planned = True
        self._looks.plan(_who(contract_id), due, within_s=ROUTINE_S, suspended=whole)


def _who(contract_id: ContractId) -> str:
    return f"stop {contract_id}"
