"""Orders: their ids, their states, and the only places where a state changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from risk_manager.gateway_sim.agenda import Agenda
from risk_manager.gateway_sim.eventlog import EventLog
from risk_manager.gateway_sim.model import PlaceRequest, SimContract, SimOrder
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderStatus, OrderType

_FIRST_ORDER_ID = 1_000_001


@dataclass(slots=True)
class Family:
    """A bracket: the ids of the entry and of its children, with signed ticks from the fill."""

    parent_id: int
    stop_id: int | None = None
    stop_ticks: int = 0
    target_id: int | None = None
    target_ticks: int = 0

    def children(self) -> list[int]:
        """Return the children's ids, the target first, as the venue activates them."""
        return [i for i in (self.target_id, self.stop_id) if i is not None]


class OrderBook:
    """All orders by id, those still alive, the tags in use and the bracket families."""

    def __init__(self, log: EventLog, agenda: Agenda, *, frozen_update: bool) -> None:
        self._log = log
        self._agenda = agenda
        self._frozen_update = frozen_update
        self._ids = count(_FIRST_ORDER_ID)
        self._alive: dict[int, SimOrder] = {}
        self._tags: set[tuple[int, str]] = set()
        self.all: dict[int, SimOrder] = {}
        self.families: dict[int, Family] = {}
        # Stops and stop-limits whose stop price was reached but which are not filled yet.
        self.triggered: set[int] = set()
        # Orders made by closing a position.
        self.closes: set[int] = set()

    def new(self, request: PlaceRequest, contract: SimContract, status: OrderStatus) -> SimOrder:
        """Return an order with the next id, unannounced; an unknown type becomes UNKNOWN."""
        now = self._agenda.now
        known = request.type in set(OrderType)
        order = SimOrder(
            id=next(self._ids),
            account_id=request.account_id,
            contract_id=contract.id,
            symbol_id=contract.symbol_id,
            created=now,
            updated=now,
            status=status,
            type=OrderType(request.type) if known else OrderType.UNKNOWN,
            side=OrderSide(request.side),
            size=request.size,
            limit_price=request.limit_price,
            stop_price=request.stop_price,
            custom_tag=request.custom_tag,
            silent=request.silent,
        )
        self.all[order.id] = order
        if not status.terminal:
            self._alive[order.id] = order
            if order.custom_tag is not None:
                self._tags.add((order.account_id, order.custom_tag))
        return order

    def announce(self, order: SimOrder) -> None:
        """Tell the order's present state."""
        self._log.emit("order", order, silent=order.silent)

    def change(self, order: SimOrder, status: OrderStatus) -> None:
        """Move an order to `status` for another reason than a fill, and tell it."""
        order.status = status
        order.updated = self._agenda.now
        self._bury(order)
        self.announce(order)

    def filled(self, order: SimOrder) -> None:
        """Tell a fill already entered in the order; a complete one ends it."""
        order.status = OrderStatus.OPEN if order.remaining else OrderStatus.FILLED
        if not self._frozen_update:
            order.updated = self._agenda.now
        self._bury(order)
        self.announce(order)

    def alive(self, account_id: int | None = None) -> list[SimOrder]:
        """Return the working orders, suspended ones too, by id; of one account or all."""
        chosen = (o for o in self._alive.values() if account_id in (None, o.account_id))
        return sorted(chosen, key=lambda order: order.id)

    def matchable(self, contract_id: str) -> Iterator[SimOrder]:
        """Yield open orders of a contract by id; each is looked at again before it is yielded."""
        here = [order for order in self._alive.values() if order.contract_id == contract_id]
        for order in sorted(here, key=lambda order: order.id):
            if order.status is OrderStatus.OPEN:
                yield order

    def tag_in_use(self, account_id: int, tag: str) -> bool:
        """Return whether an accepted order of the account ever carried the tag."""
        return (account_id, tag) in self._tags

    def family_of(self, order: SimOrder) -> Family | None:
        """Return the bracket an entry or a child belongs to."""
        return self.families.get(order.parent_order_id or order.id)

    def _bury(self, order: SimOrder) -> None:
        if order.status.terminal:
            self._alive.pop(order.id, None)
            self.triggered.discard(order.id)
