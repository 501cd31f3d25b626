"""Bracket children: made suspended, woken by the entry's fill, cancelled by one another."""

from __future__ import annotations

from decimal import Decimal

from risk_manager.gateway_sim.decimals import to_tick
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.execution import Execution
from risk_manager.gateway_sim.model import PlaceRequest, SimOrder
from risk_manager.gateway_sim.orderbook import Family
from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType


class Brackets:
    """Keeps the families of Auto OCO brackets going (gateway reference, 1.5 and 8.56)."""

    def __init__(self, desk: Desk, execution: Execution) -> None:
        self._desk = desk
        self._execution = execution
        execution.after_fill = self._after_fill

    def create(self, parent: SimOrder, request: PlaceRequest) -> Family:
        """Make the suspended children of an accepted entry, unannounced: first SL, then TP."""
        family = Family(parent.id)
        if request.stop_loss_ticks is not None and request.stop_loss_type is not None:
            kind = OrderType(request.stop_loss_type)
            stop = self._child(parent, kind, request.stop_loss_ticks, "SL")
            family.stop_id, family.stop_ticks = stop.id, request.stop_loss_ticks
        if request.take_profit_ticks is not None:
            target = self._child(parent, OrderType.LIMIT, request.take_profit_ticks, "TP")
            target.linked_order_id = family.stop_id
            family.target_id, family.target_ticks = target.id, request.take_profit_ticks
        if family.children():
            self._desk.orders.families[parent.id] = family
        return family

    def after_cancel(self, order: SimOrder) -> None:
        """Follow the end of an entry: its children end too, or protect the part that filled.

        Cancelling a leg leaves its sibling alone (unknown on the real service; our choice).
        """
        family = self._desk.orders.families.get(order.id)
        if family is None:
            return
        if order.fill_volume:
            self._activate_later(family, order.fill_volume)
            return
        for child in self._living(family):
            self._desk.orders.change(child, OrderStatus.CANCELLED)

    def _child(self, parent: SimOrder, kind: OrderType, ticks: int, suffix: str) -> SimOrder:
        contract = self._desk.contract_of(parent)
        tag = None if parent.custom_tag is None else f"{parent.custom_tag}-{suffix}"
        request = PlaceRequest(
            account_id=parent.account_id,
            contract_id=parent.contract_id,
            type=kind,
            side=parent.side.opposite,
            size=parent.size,
            custom_tag=tag,
            silent=parent.silent,
        )
        child = self._desk.orders.new(request, contract, OrderStatus.SUSPENDED)
        child.parent_order_id = parent.id
        child.trail_distance = ticks
        child.trail_price = ticks * contract.tick_size
        return child

    def _after_fill(self, order: SimOrder) -> None:
        options = self._desk.options
        family = self._desk.orders.family_of(order)
        if family is not None and order.id == family.parent_id:
            if not order.remaining or options.children_per_partial:
                self._activate_later(family, order.fill_volume)
        elif family is not None and not order.remaining:
            self._desk.agenda.after(
                options.oco_delay_ms, lambda: self._cancel_others(family, order)
            )
        if order.id in self._desk.orders.closes and options.close_cancels_legs:
            self._cancel_legs(order)

    def _activate_later(self, family: Family, size: int) -> None:
        delay = self._desk.options.activation_delay_ms
        self._desk.agenda.after(delay, lambda: self._activate(family, size))

    def _activate(self, family: Family, size: int) -> None:
        """Wake suspended children with `size`, the entry's filled contracts; grow working ones."""
        parent = self._desk.orders.all[family.parent_id]
        for child in self._living(family):
            if child.status is OrderStatus.SUSPENDED:
                self._wake(child, parent, family, size)
            elif child.size < size:
                child.size = size
                self._desk.orders.change(child, child.status)

    def _wake(self, child: SimOrder, parent: SimOrder, family: Family, size: int) -> None:
        assert parent.filled_price is not None
        contract = self._desk.contract_of(child)
        ticks = family.stop_ticks if child.id == family.stop_id else family.target_ticks
        offset = ticks * contract.tick_size
        # The mean of several fills can lie between two ticks; working prices cannot.
        price: Decimal = to_tick(parent.filled_price + offset, contract.tick_size)
        if child.id == family.stop_id:
            child.stop_price = price
        else:
            child.limit_price = price
        child.size = size
        self._desk.orders.change(child, OrderStatus.OPEN)
        self._execution.accept(child)

    def _cancel_others(self, family: Family, winner: SimOrder) -> None:
        for child in self._living(family):
            if child.id != winner.id:
                self._desk.orders.change(child, OrderStatus.CANCELLED)

    def _cancel_legs(self, close: SimOrder) -> None:
        for order in self._desk.orders.alive(close.account_id):
            if order.contract_id == close.contract_id and order.parent_order_id is not None:
                self._desk.orders.change(order, OrderStatus.CANCELLED)

    def _living(self, family: Family) -> list[SimOrder]:
        children = (self._desk.orders.all[i] for i in family.children())
        return [child for child in children if not child.status.terminal]
