"""Left-over orders of a contract we closed: gone before they open a new position (pure).

Closing a position leaves its bracket legs working (observed), and such a leg later opens a
position. They go only once the contract is confirmed flat, because a naked position is worse than a
late clean-up. The trader's next trade is not ours to touch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from risk_manager.domain.ids import ContractId, OrderId
from risk_manager.domain.orders import Order
from risk_manager.enforcement.contract_action import ContractAction
from risk_manager.enforcement.contract_desk import Demand
from risk_manager.enforcement.look import Look
from risk_manager.enforcement.look_desk import LookDesk
from risk_manager.enforcement.order_desk import OrderDesk
from risk_manager.enforcement.step import Step
from risk_manager.state.account_state import AccountState

LOOK_AGAIN_S = (2.0, 10.0, 60.0)


@dataclass(slots=True)
class _Cleanup:
    """`known` are ids seen alive before the close was sent; `over_mono` ends the watching."""

    contract_id: ContractId
    why: Demand
    known: frozenset[OrderId]
    flat_fill_at: datetime | None
    over_mono: float


class CleanupDesk:
    """The clean-ups of one account."""

    def __init__(self, account: AccountState, orders: OrderDesk, looks: LookDesk) -> None:
        self._account = account
        self._orders = orders
        self._looks = looks
        self._before_close: dict[ContractId, frozenset[OrderId]] = {}
        self._cleanups: dict[ContractId, _Cleanup] = {}

    def note_close(self, contract_id: ContractId) -> None:
        """Remember which orders were alive when a close was decided."""
        alive = frozenset(order.id for order in self._account.orders.alive(contract_id))
        self._before_close[contract_id] = alive

    def start(self, step: Step, action: ContractAction) -> None:
        """The contract is confirmed flat: cancel what is left, look again after 2, 10, 60 s."""
        contract_id = action.contract_id
        known = self._before_close.pop(contract_id, frozenset())
        mono = step.stamp.mono
        self._cleanups[contract_id] = _Cleanup(
            contract_id=contract_id,
            why=Demand(action.intent.rule_id, action.intent.reason, action.event_mono),
            known=known,
            flat_fill_at=self._account.exposure.newest_fill_at(contract_id),
            over_mono=mono + LOOK_AGAIN_S[-1] + 1.0,
        )
        for pause in LOOK_AGAIN_S:
            first = pause == LOOK_AGAIN_S[0]
            self._looks.want(mono + pause, within_s=pause / 2, suspended=first)

    def on_look(self, step: Step, look: Look) -> None:
        """Cancel every leftover this look still shows alive.

        A look that a newer report has overtaken decides nothing: what it shows as left over may be
        the cover of a position opened since.
        """
        for cleanup in list(self._cleanups.values()):
            if look.is_overtaken(self._account.positions, cleanup.contract_id):
                self._looks.want(step.stamp.mono)
                continue
            for order in self._leftovers(cleanup, look):
                self._orders.cancel(step, order, cleanup.why.rule_id, "left over after a close")
            if step.stamp.mono >= cleanup.over_mono:
                del self._cleanups[cleanup.contract_id]

    def _leftovers(self, cleanup: _Cleanup, look: Look) -> list[Order]:
        reopened = cleanup.contract_id in look.positions
        orders = [order for order in look.orders if order.contract_id == cleanup.contract_id]
        alive = [order for order in orders if order.is_alive]
        if reopened:
            return [
                order for order in alive if order.id in cleanup.known and _is_useless(order, look)
            ]
        return [order for order in alive if _belongs(cleanup, order)]


def _belongs(cleanup: _Cleanup, order: Order) -> bool:
    """Whether an order on a flat contract is a leftover, by exchange times.

    With the flattening fill known: not created after it. Otherwise only what was seen alive
    before the close was sent.
    """
    if order.id in cleanup.known or order.parent_id in cleanup.known:
        return True
    if cleanup.flat_fill_at is None or order.created_at is None:
        return False
    return order.created_at <= cleanup.flat_fill_at


def _is_useless(order: Order, look: Look) -> bool:
    """Whether an old order cannot be the cover of the contract's new position."""
    position = look.positions[order.contract_id]
    return order.side is position.side
