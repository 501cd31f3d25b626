"""Taking new orders."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from risk_manager.gateway_sim.brackets import Brackets
from risk_manager.gateway_sim.checks import CLOSED_TEXT, Refusal, price_text, refuse, trail_ticks
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.execution import Execution
from risk_manager.gateway_sim.market import touch
from risk_manager.gateway_sim.model import Answer, PlaceRequest, SimContract, SimOrder
from risk_manager.gateway_sim.venue_enums import OrderSide, OrderStatus, OrderType, PlaceCode


class Placing:
    """Order/place, and the fill that the control path puts straight into the books."""

    def __init__(self, desk: Desk, execution: Execution, brackets: Brackets) -> None:
        self._desk = desk
        self._execution = execution
        self._brackets = brackets

    def place(self, request: PlaceRequest) -> Answer:
        """Take or refuse an order.

        A refused order still gets an id and appears with status 5, unless account, contract or
        side are unknown. An accepted one is announced in the recorded order: suspended stop,
        entry, suspended target.
        """
        contract = self._desk.listing.get(request.contract_id)
        account = self._desk.books.accounts.get(request.account_id)
        if account is None:
            return Answer(PlaceCode.ACCOUNT_NOT_FOUND)
        if contract is None:
            return Answer(PlaceCode.CONTRACT_NOT_FOUND)
        if request.side not in set(OrderSide):
            return Answer(PlaceCode.ORDER_REJECTED, f"Invalid order side ({request.side})")
        refusal = refuse(self._desk, request, account, contract)
        if refusal is not None:
            return self._refused(request, contract, refusal)
        status = OrderStatus.PENDING if request.type == OrderType.MARKET else OrderStatus.OPEN
        order = self._desk.orders.new(self._shaped(request, contract), contract, status)
        if order.type is OrderType.TRAILING_STOP:
            self._set_trail(order, contract, request.trail_price)
        family = self._brackets.create(order, request)
        for order_id in (family.stop_id, order.id, family.target_id):
            if order_id is not None:
                self._desk.orders.announce(self._desk.orders.all[order_id])
        self._execution.accept(order)
        return Answer(PlaceCode.SUCCESS, order_id=order.id)

    def fill_now(self, request: PlaceRequest, price: Decimal | None) -> Answer:
        """Fill a market order at once, at `price` or at the touch.

        It stands for what a trader does elsewhere, so canTrade, hours and followers do not count.
        A silent request tells no hub anything of it, not even the trade.
        """
        contract = self._desk.listing.get(request.contract_id)
        if request.account_id not in self._desk.books.accounts:
            return Answer(PlaceCode.ACCOUNT_NOT_FOUND)
        if contract is None:
            return Answer(PlaceCode.CONTRACT_NOT_FOUND)
        side = OrderSide(request.side)
        if price is None:
            price = touch(self._desk.quote(contract), side)
        text = CLOSED_TEXT if price is None else price_text("fill", price, contract)
        if request.size < 1:
            text = f"Invalid order size ({request.size})"
        if price is None or text is not None:
            return Answer(PlaceCode.ORDER_REJECTED, text)
        order = self._desk.orders.new(request, contract, OrderStatus.PENDING)
        self._desk.orders.announce(order)
        self._execution.fill(order, order.size, price, silent=request.silent)
        return Answer(PlaceCode.SUCCESS, order_id=order.id)

    def _refused(self, request: PlaceRequest, contract: SimContract, why: Refusal) -> Answer:
        order = self._desk.orders.new(request, contract, OrderStatus.REJECTED)
        self._desk.orders.announce(order)
        return Answer(why.code, why.text, order.id)

    def _shaped(self, request: PlaceRequest, contract: SimContract) -> PlaceRequest:
        """Return the request with only the prices its type has; a join takes the market's."""
        kind = OrderType(request.type)
        quote = self._desk.quote(contract)
        limit, stop = request.limit_price, request.stop_price
        if kind is OrderType.JOIN_BID:
            limit = touch(quote, OrderSide.ASK)
        elif kind is OrderType.JOIN_ASK:
            limit = touch(quote, OrderSide.BID)
        elif kind not in (OrderType.LIMIT, OrderType.STOP_LIMIT):
            limit = None
        if kind not in (OrderType.STOP, OrderType.STOP_LIMIT):
            stop = None
        return replace(request, limit_price=limit, stop_price=stop)

    def _set_trail(
        self, order: SimOrder, contract: SimContract, trail_price: Decimal | None
    ) -> None:
        """Turn the level sent into the distance read back, and set the first stop level."""
        last = self._desk.quote(contract).last
        assert last is not None
        assert trail_price is not None
        ticks = trail_ticks(last, trail_price, contract.tick_size)
        order.trail_distance = ticks
        order.trail_price = ticks * contract.tick_size
        order.stop_price = last + order.trail_price * order.side.sign
