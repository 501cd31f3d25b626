"""Filling orders: what happens to an accepted order as time passes and prices move."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from risk_manager.gateway_sim.decimals import average
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.market import touch
from risk_manager.gateway_sim.matching import (
    LIMIT_LIKE,
    arriving_limit_price,
    is_marketable,
    limit_crossed,
    stop_fill_price,
    stop_reached,
    trailed_stop,
)
from risk_manager.gateway_sim.model import SimContract, SimOrder
from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType

# A fill bounded by `partial_lot` is followed by the next one after this long.
_NEXT_LOT_MS = 1


class Execution:
    """Turns accepted orders into fills; `after_fill` hears of every fill (brackets do)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.after_fill: Callable[[SimOrder], None] = lambda _order: None

    def accept(self, order: SimOrder, *, delay_ms: int | None = None) -> None:
        """Start working an announced order: what can fill at once fills after the delay.

        Without `delay_ms` the delay is drawn from the option's range for market orders.
        """
        if delay_ms is None:
            delay_ms = self._desk.rng.randint(*self._desk.options.market_delay_ms)
        self._desk.agenda.after(delay_ms, lambda: self._arrive(order))

    def on_price(self, contract: SimContract) -> None:
        """Match the contract's open orders against its new quote, oldest order first."""
        if self._desk.trades_now(contract):
            for order in self._desk.orders.matchable(contract.id):
                self._work(order)

    def fill(self, order: SimOrder, size: int, price: Decimal, *, silent: bool = False) -> None:
        """Fill `size` contracts now and tell order, trade, position and account in this order."""
        before = order.filled_price or Decimal(0)
        order.filled_price = average(order.fill_volume, before, size, price)
        order.fill_volume += size
        self._desk.orders.filled(order)
        contract = self._desk.contract_of(order)
        self._desk.books.book_fill(order, contract, size, price, silent=silent)
        self.after_fill(order)

    def _arrive(self, order: SimOrder) -> None:
        """Do what an order does when it reaches the market."""
        if order.status.terminal:
            return
        quote = self._desk.quote(self._desk.contract_of(order))
        mode = self._desk.options.limit_fill
        if order.type is OrderType.MARKET:
            price = touch(quote, order.side)
            assert price is not None
            self._take(order, price)
        elif order.type not in LIMIT_LIKE:
            self._work(order)
        elif is_marketable(order, quote, mode):
            self._take(order, arriving_limit_price(order, quote))

    def _work(self, order: SimOrder) -> None:
        """Let a resting order meet the present quote."""
        if order.status is not OrderStatus.OPEN:
            return
        contract = self._desk.contract_of(order)
        quote = self._desk.quote(contract)
        if order.type in LIMIT_LIKE:
            self._work_limit(order)
            return
        if order.type is OrderType.TRAILING_STOP:
            order.stop_price = trailed_stop(order, quote)
        triggered = self._desk.orders.triggered
        if order.id not in triggered and not stop_reached(order, quote):
            return
        just_now = order.id not in triggered
        triggered.add(order.id)
        if order.type is not OrderType.STOP_LIMIT:
            slip = self._desk.rng.randint(0, self._desk.options.stop_slip_ticks)
            self._take(order, stop_fill_price(order, quote, slip * contract.tick_size))
        elif not just_now:
            self._work_limit(order)
        elif is_marketable(order, quote, self._desk.options.limit_fill):
            self._take(order, arriving_limit_price(order, quote))

    def _work_limit(self, order: SimOrder) -> None:
        quote = self._desk.quote(self._desk.contract_of(order))
        if limit_crossed(order, quote, self._desk.options.limit_fill):
            assert order.limit_price is not None
            self._take(order, order.limit_price)

    def _take(self, order: SimOrder, price: Decimal) -> None:
        """Fill as much as one fill may take; the rest follows, or is cancelled if not allowed."""
        size = self._allowed(order)
        if size == 0:
            self._desk.orders.change(order, OrderStatus.CANCELLED)
            return
        lot = self._desk.options.partial_lot
        self.fill(order, size if lot is None else min(size, lot), price)
        if order.remaining:
            again = self._arrive if order.type is OrderType.MARKET else self._work
            self._desk.agenda.after(_NEXT_LOT_MS, lambda: again(order))

    def _allowed(self, order: SimOrder) -> int:
        """Return how many contracts the order may still take under the options."""
        options = self._desk.options
        reducing = (order.id in self._desk.orders.closes and options.close_reduce_only) or (
            order.parent_order_id is not None and not options.orphan_legs
        )
        if not reducing:
            return order.remaining
        net = self._desk.books.net(order.account_id, order.contract_id)
        return min(order.remaining, max(0, -net * order.side.sign))
