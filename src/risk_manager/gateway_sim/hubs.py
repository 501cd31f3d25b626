"""Both hubs: who is connected, and how events of the exchange reach them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from risk_manager.gateway_sim import hub_protocol as protocol
from risk_manager.gateway_sim import wire_stream
from risk_manager.gateway_sim.event_faults import EventFaults
from risk_manager.gateway_sim.forms import Forms
from risk_manager.gateway_sim.hub_connection import HubConnection
from risk_manager.gateway_sim.hub_session import Outcome
from risk_manager.gateway_sim.model import (
    SimAccount,
    SimMarketTrade,
    SimOrder,
    SimPosition,
    SimQuote,
    SimTrade,
    VenueEvent,
)
from risk_manager.gateway_sim.wire_stream import HubName, StreamMessage

LOGOUT = protocol.invocation("GatewayLogout", [])


class Hubs:
    """The connections of both hubs. `symbol_of` gives the exchange ticker of a contract id."""

    def __init__(self, forms: Forms, faults: EventFaults, symbol_of: Callable[[str], str]) -> None:
        self._forms = forms
        self._faults = faults
        self._symbol_of = symbol_of
        self._connections: dict[HubName, list[HubConnection]] = {"user": [], "market": []}

    def add(self, connection: HubConnection) -> None:
        """Take a connection in."""
        self._connections[connection.session.hub].append(connection)

    def remove(self, connection: HubConnection) -> None:
        """Forget a connection."""
        self._connections[connection.session.hub].remove(connection)

    def counts(self) -> dict[str, int]:
        """Return how many clients have shaken hands with each hub."""
        return {
            hub: sum(connection.session.ready for connection in connections)
            for hub, connections in self._connections.items()
        }

    def connections(self, *hubs: HubName) -> list[HubConnection]:
        """Return the connections of the hubs."""
        return [connection for hub in hubs for connection in self._connections[hub]]

    def publish(self, events: list[VenueEvent]) -> None:
        """Send events, in order, to those who subscribed; silent ones to nobody."""
        for event in events:
            if not event.silent:
                self._publish(event)

    def greet(
        self,
        connection: HubConnection,
        outcome: Outcome,
        quote_of: Callable[[str], SimQuote | None],
    ) -> None:
        """Send the first quote or depth of what the client has just subscribed to."""
        for topic, key in outcome.topics:
            quote = quote_of(key) if isinstance(key, str) else None
            if quote is None:
                continue
            if topic == "ContractQuotes":
                self._pass_on("market", "GatewayQuote", partial(self._quote_to, connection, quote))
            elif topic == "ContractMarketDepth":
                for message in wire_stream.depth_messages(self._forms, quote):
                    record = protocol.invocation(message.target, message.arguments)
                    self._pass_on("market", message.target, partial(connection.send, record))

    def log_out(self, *hubs: HubName) -> None:
        """Kick every client: GatewayLogout, then the end."""
        for connection in self.connections(*hubs):
            connection.send(LOGOUT)
            connection.end(protocol.close())

    def close(self, *hubs: HubName, error: str | None, allow_reconnect: bool) -> None:
        """End every connection with a Close record."""
        for connection in self.connections(*hubs):
            connection.end(protocol.close(error, allow_reconnect=allow_reconnect))

    def end_expired(self, now: datetime, *, with_logout: bool) -> None:
        """End the connections whose token is no longer good."""
        for connection in self.connections("user", "market"):
            if connection.token_end is not None and connection.token_end <= now:
                if with_logout:
                    connection.send(LOGOUT)
                connection.end(protocol.close())

    def _publish(self, event: VenueEvent) -> None:
        match event.data:
            case SimQuote() as quote:
                self._publish_quote(quote)
            case SimMarketTrade() as trade:
                self._send("market", wire_stream.market_trade_message(self._forms, trade))
            case SimAccount() | SimOrder() | SimPosition() | SimTrade() as entity:
                self._send("user", wire_stream.user_message(self._forms, entity))

    def _publish_quote(self, quote: SimQuote) -> None:
        if self._wanting("market", "ContractQuotes", quote.contract_id):
            self._pass_on("market", "GatewayQuote", partial(self._quote_to_all, quote))
        if self._wanting("market", "ContractMarketDepth", quote.contract_id):
            for message in wire_stream.depth_messages(self._forms, quote):
                self._send("market", message)

    def _send(self, hub: HubName, message: StreamMessage) -> None:
        if not self._wanting(hub, message.topic, message.key):
            return
        record = protocol.invocation(message.target, message.arguments)

        def deliver() -> None:
            for connection in self._wanting(hub, message.topic, message.key):
                connection.send(record)

        self._pass_on(hub, message.target, deliver)

    def _pass_on(self, hub: HubName, target: str, deliver: Callable[[], None]) -> None:
        self._faults.pass_on(hub, target, deliver)

    def _quote_to_all(self, quote: SimQuote) -> None:
        for connection in self._wanting("market", "ContractQuotes", quote.contract_id):
            self._quote_to(connection, quote)

    def _quote_to(self, connection: HubConnection, quote: SimQuote) -> None:
        symbol = self._symbol_of(quote.contract_id)
        connection.send(connection.session.quote_record(quote, symbol))

    def _wanting(self, hub: HubName, topic: str, key: int | str | None) -> list[HubConnection]:
        return [c for c in self._connections[hub] if c.session.wants(topic, key)]
