"""What only the inside of the simulated gateway can do: odd events, odd sums, its own notes."""

from decimal import Decimal
from typing import Any, Literal

from risk_manager.gateway_sim import hub_protocol
from risk_manager.gateway_sim.gateway import Gateway
from risk_manager.gateway_sim.model import VenueEvent
from risk_manager.gateway_sim.server import SimServer
from tests.integration.world.book import Row


class Inside:
    """Reaches into a running gateway, in its own thread. Contracts are ids."""

    def __init__(self, server: SimServer) -> None:
        self._server = server

    def tell(
        self,
        event: Literal["Trade", "Position", "Order", "Account"],
        data: Row,
        form: Literal["envelope", "bare", "list"] = "envelope",
    ) -> None:
        """Send the user hub's clients an event the exchange did not make (late, double, odd)."""
        envelope = {"action": 1, "data": data}
        argument: Any = {"envelope": envelope, "bare": data, "list": [envelope]}[form]
        record = hub_protocol.invocation(f"GatewayUser{event}", [argument])

        def send(gateway: Gateway) -> None:
            for connection in gateway._hubs.connections("user"):
                connection.send(record)

        self._server._in_loop(send)

    def tell_quote(self, contract_id: str, members: Row) -> None:
        """Send the market hub's clients a quote with just these members."""
        record = hub_protocol.invocation("GatewayQuote", [contract_id, members])

        def send(gateway: Gateway) -> None:
            for connection in gateway._hubs.connections("market"):
                connection.send(record)

        self._server._in_loop(send)

    def publish_trades(self, *trade_ids: int, usd: str | None = None) -> None:
        """Tell the hubs of fills; `usd` first gives the last one another result.

        So a sum can be reached that no tick would make.
        """

        def change(gateway: Gateway) -> None:
            trades = [gateway._venue.peek._desk.books.trades[number] for number in trade_ids]
            if usd is not None:
                trades[-1].profit_and_loss = Decimal(usd)
            gateway._hubs.publish([VenueEvent("trade", t.created, t) for t in trades])

        self._server._in_loop(change)

    def forget_trade(self, trade_id: int) -> None:
        """Make Trade/search no longer show a fill."""
        self._server._in_loop(lambda g: g._venue.peek._desk.books.trades.pop(trade_id))

    def close_orders(self) -> set[int]:
        """The ids of the orders that the venue made of closes and partial closes it accepted."""
        return self._server._in_loop(lambda g: set(g._venue.peek._desk.orders.closes))

    def orphan(self, parent_id: int) -> None:
        """Make the venue forget that an order has bracket legs: they outlive it."""
        self._server._in_loop(lambda g: g._venue.peek._desk.orders.families.pop(parent_id))
