"""Order/modify and Order/cancel."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from risk_manager.gateway_sim.brackets import Brackets
from risk_manager.gateway_sim.checks import (
    NO_DISTANCE_TEXT,
    NO_LAST_TEXT,
    price_text,
    trail_ticks,
)
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.execution import Execution
from risk_manager.gateway_sim.market import is_print
from risk_manager.gateway_sim.model import Answer, SimOrder
from risk_manager.gateway_sim.venue_enums import EditCode, OrderStatus, OrderType

FOLLOWER_CANCEL_TEXT = "Follower accounts cannot cancel orders"
_HAS_LIMIT = (OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.JOIN_BID, OrderType.JOIN_ASK)
_HAS_STOP = (OrderType.STOP, OrderType.STOP_LIMIT)


class Change(NamedTuple):
    """New values; None keeps the old one (unproven on the real service, clients rely on it)."""

    size: int | None
    limit_price: Decimal | None
    stop_price: Decimal | None
    trail_price: Decimal | None


class Editing:
    """Changes working orders."""

    def __init__(self, desk: Desk, execution: Execution, brackets: Brackets) -> None:
        self._desk = desk
        self._execution = execution
        self._brackets = brackets

    def cancel(self, account_id: int, order_id: int) -> Answer:
        """Cancel a working order at once; an order already ended counts as not found."""
        found = self._find(account_id, order_id, FOLLOWER_CANCEL_TEXT)
        if isinstance(found, Answer):
            return found
        self._desk.orders.change(found, OrderStatus.CANCELLED)
        self._brackets.after_cancel(found)
        return Answer(EditCode.SUCCESS)

    def modify(self, account_id: int, order_id: int, change: Change) -> Answer:
        """Change size or prices; a price the order's type does not have is refused.

        Moving one leg of a bracket leaves the other untouched. There is no maximum for a trail
        distance here (documented).
        """
        found = self._find(account_id, order_id, None)
        if isinstance(found, Answer):
            return found
        text = self._wrong(found, change)
        if text is not None:
            return Answer(EditCode.REJECTED, text)
        self._apply(found, change)
        self._desk.orders.change(found, found.status)
        if found.status is OrderStatus.OPEN:
            self._execution.accept(found)
        return Answer(EditCode.SUCCESS)

    def _find(self, account_id: int, order_id: int, follower_text: str | None) -> SimOrder | Answer:
        account = self._desk.books.accounts.get(account_id)
        if account is None:
            return Answer(EditCode.ACCOUNT_NOT_FOUND)
        if account.follower:
            return Answer(EditCode.ACCOUNT_REJECTED, follower_text)
        order = self._desk.orders.all.get(order_id)
        if order is None or order.account_id != account_id or order.status.terminal:
            return Answer(EditCode.ORDER_NOT_FOUND)
        if order.status is OrderStatus.PENDING:
            return Answer(EditCode.PENDING)
        return order

    def _wrong(self, order: SimOrder, change: Change) -> str | None:
        """Return why the change is refused (texts ours, but for the trail price), else None."""
        if change.size is not None and change.size <= order.fill_volume:
            return f"Invalid order size ({change.size})"
        members = (
            ("limit", change.limit_price, order.type in _HAS_LIMIT),
            ("stop", change.stop_price, order.type in _HAS_STOP),
            ("trail", change.trail_price, order.type is OrderType.TRAILING_STOP),
        )
        prices = [(name, price, fits) for name, price, fits in members if price is not None]
        if prices and order.status is OrderStatus.SUSPENDED:
            return "Order is suspended."
        contract = self._desk.contract_of(order)
        for name, price, fits in prices:
            text = price_text(name, price, contract)
            if not fits:
                text = f"Order has no {name} price."
            if text is not None:
                return text
        if change.trail_price is None:
            return None
        quote = self._desk.quote(contract)
        if not is_print(quote):
            return NO_LAST_TEXT
        no_distance = self._trail_ticks(order, change.trail_price) == 0
        return NO_DISTANCE_TEXT if no_distance else None

    def _apply(self, order: SimOrder, change: Change) -> None:
        order.size = order.size if change.size is None else change.size
        if change.limit_price is not None:
            order.limit_price = change.limit_price
        if change.stop_price is not None:
            order.stop_price = change.stop_price
        if change.trail_price is not None:
            contract = self._desk.contract_of(order)
            ticks = self._trail_ticks(order, change.trail_price)
            order.trail_distance = ticks
            order.trail_price = ticks * contract.tick_size
            last = self._desk.quote(contract).last
            assert last is not None
            order.stop_price = last + order.trail_price * order.side.sign

    def _trail_ticks(self, order: SimOrder, trail_price: Decimal) -> int:
        contract = self._desk.contract_of(order)
        last = self._desk.quote(contract).last
        assert last is not None
        return trail_ticks(last, trail_price, contract.tick_size)
