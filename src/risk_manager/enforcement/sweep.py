"""A flatten or cancel-entries demand without a lock, followed until it is done (pure).

The first wave acts on our state. The look that follows shows what we did not know: a contract
outside every configuration, an order from another tool. What the trader places after that look is a
new trade and is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from risk_manager.domain.ids import ContractId, OrderId
from risk_manager.domain.orders import Order
from risk_manager.enforcement.contract_desk import ContractDesk, Demand
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.order_desk import OrderDesk
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState

TRAILING = timedelta(seconds=0.5)


@dataclass(slots=True)
class _Sweep:
    """`contract_id` None means every contract; `orders` None until the first look."""

    contract_id: ContractId | None
    flatten: bool
    why: Demand
    look_after: float
    began_at: datetime
    orders: set[OrderId] | None = None


class SweepDesk:
    """The sweeps of one account."""

    def __init__(
        self, account: AccountState, desk: ContractDesk, orders: OrderDesk, looks: LookDesk
    ) -> None:
        self._account = account
        self._desk = desk
        self._orders = orders
        self._looks = looks
        self._sweeps: list[_Sweep] = []

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being swept."""
        return not self._sweeps

    def start(
        self, step: Step, contract_id: ContractId | None, why: Demand, *, flatten: bool
    ) -> None:
        """First wave: cancel what is surely an entry; a look follows for the rest."""
        for order in self._account.entry_orders(contract_id):
            if self._account.is_quiet(order.contract_id, step.stamp.mono):
                self._orders.cancel(step, order, why.rule_id, why.reason)
        for sweep in self._sweeps:
            if sweep.contract_id == contract_id and sweep.orders is None:
                sweep.flatten = sweep.flatten or flatten
                return
        self._sweeps.append(_Sweep(contract_id, flatten, why, step.stamp.mono, step.stamp.now))
        self._looks.want(step.stamp.mono)

    def on_look(self, step: Step, look: Look) -> None:
        """Second wave, and the end of the sweeps whose orders are gone."""
        self._sweeps = [sweep for sweep in self._sweeps if not self._advance(step, sweep, look)]

    def _advance(self, step: Step, sweep: _Sweep, look: Look) -> bool:
        """Move one sweep on; returns whether it is over."""
        if look.orders_requested_mono < sweep.look_after:
            return False
        entries = {
            order.id: order
            for order in self._account.entry_orders(sweep.contract_id)
            if not self._orders.is_refused(order.id) and not self._may_close(order)
        }
        if sweep.orders is None:
            sweep.orders = set(entries)
            if sweep.flatten:
                self._close_unknown(step, sweep)
        left = [order for order_id, order in entries.items() if order_id in sweep.orders]
        for order in left:
            self._orders.cancel(step, order, sweep.why.rule_id, sweep.why.reason)
        return not left

    def _may_close(self, order: Order) -> bool:
        """Whether an order may be our own close or the cover of what is being closed.

        Until the close is confirmed neither may go; afterwards the clean-up takes what is left.
        """
        action = self._desk.actions.get(order.contract_id)
        return action is not None and order.side is action.side.opposite

    def _close_unknown(self, step: Step, sweep: _Sweep) -> None:
        """Close what the broker's list adds, but nothing that was opened after the sweep began.

        Half a second is granted where the feed does not tell, because trusted time trails the
        venue's.
        """
        for position in self._account.positions.all():
            opened = position.opened_at
            heard_after = self._account.positions.heard_mono(position) > sweep.look_after
            grace = timedelta(0) if heard_after else TRAILING
            is_later = opened is not None and opened > sweep.began_at + grace
            if not is_later and sweep.contract_id in (None, position.contract_id):
                self._desk.demand(step, position.contract_id, 0, sweep.why)
