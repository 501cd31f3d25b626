"""Position/closeContract and Position/partialCloseContract.

Both become an untagged market order whose size is fixed when it is accepted. It fills 3 ms later
(recorded) whatever has happened to the position meanwhile, and it leaves working orders alone:
two closes in flight flip a position, and bracket legs outlive it.
"""

from __future__ import annotations

from risk_manager.gateway_sim.checks import CLOSED_TEXT
from risk_manager.gateway_sim.desk import Desk
from risk_manager.gateway_sim.execution import Execution
from risk_manager.gateway_sim.market import touch
from risk_manager.gateway_sim.model import Answer, PlaceRequest, SimContract
from risk_manager.gateway_sim.venue_enums import (
    CloseCode,
    OrderSide,
    OrderStatus,
    OrderType,
    PartialCloseCode,
)


class Closing:
    """Closes positions. Neither canTrade nor a follower keeps an account from closing."""

    def __init__(self, desk: Desk, execution: Execution) -> None:
        self._desk = desk
        self._execution = execution

    def close(self, account_id: int, contract_id: str) -> Answer:
        """Close the whole position; CloseCode."""
        found = self._find(account_id, contract_id)
        if isinstance(found, Answer):
            return found
        contract, net = found
        if not self._can_fill(contract, net):
            return Answer(CloseCode.ORDER_REJECTED, CLOSED_TEXT)
        self._send(account_id, contract, net, abs(net))
        return Answer(CloseCode.SUCCESS)

    def partial_close(self, account_id: int, contract_id: str, size: int) -> Answer:
        """Close `size` contracts of the position; PartialCloseCode."""
        found = self._find(account_id, contract_id)
        if isinstance(found, Answer):
            return found
        contract, net = found
        if not 1 <= size <= abs(net):
            return Answer(PartialCloseCode.INVALID_CLOSE_SIZE)
        if not self._can_fill(contract, net):
            return Answer(PartialCloseCode.ORDER_REJECTED)
        self._send(account_id, contract, net, size)
        return Answer(PartialCloseCode.SUCCESS)

    def _find(self, account_id: int, contract_id: str) -> tuple[SimContract, int] | Answer:
        """Return contract and signed position; the codes up to 4 are the same in both tables."""
        contract = self._desk.listing.get(contract_id)
        if account_id not in self._desk.books.accounts:
            return Answer(CloseCode.ACCOUNT_NOT_FOUND)
        if contract is None:
            return Answer(CloseCode.CONTRACT_NOT_FOUND)
        net = self._desk.books.net(account_id, contract_id)
        if net == 0:
            return Answer(CloseCode.POSITION_NOT_FOUND)
        return (contract, net) if contract.active else Answer(CloseCode.CONTRACT_NOT_ACTIVE)

    def _can_fill(self, contract: SimContract, net: int) -> bool:
        side = _closing_side(net)
        priced = touch(self._desk.quote(contract), side) is not None
        return priced and self._desk.trades_now(contract)

    def _send(self, account_id: int, contract: SimContract, net: int, size: int) -> None:
        request = PlaceRequest(
            account_id=account_id,
            contract_id=contract.id,
            type=OrderType.MARKET,
            side=_closing_side(net),
            size=size,
        )
        order = self._desk.orders.new(request, contract, OrderStatus.PENDING)
        self._desk.orders.closes.add(order.id)
        self._desk.orders.announce(order)
        self._execution.accept(order, delay_ms=self._desk.options.close_delay_ms)


def _closing_side(net: int) -> OrderSide:
    return OrderSide.ASK if net > 0 else OrderSide.BID
