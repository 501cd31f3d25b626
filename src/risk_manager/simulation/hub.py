"""The hubs between the simulated exchange and the engine, in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from risk_manager.domain.events import HubConnected, HubLost
from risk_manager.domain.ids import ContractId
from risk_manager.domain.requests import FeedRequest, RebuildHub, WatchQuotes
from risk_manager.gateway_sim.model import SimQuote, VenueEvent
from risk_manager.simulation import convert

if TYPE_CHECKING:
    from risk_manager.simulation.world import World

CONNECT_MS = 50


class VirtualHub:
    """User and market hub together. Nothing is replayed: what happens while down is lost."""

    def __init__(self, world: World, delay_ms: int) -> None:
        self._world = world
        self._delay_ms = delay_ms
        self._connection = 0
        self._watched: frozenset[ContractId] = frozenset()
        self.is_up = False
        self.rebuilds: list[RebuildHub] = []

    def connect(self) -> None:
        """Both hubs are proven."""
        self._connection += 1
        self.is_up = True
        self._world.deliver(HubConnected("market"))
        self._world.deliver(HubConnected("user"))

    def lose(self, noticed_after_s: float = 0.0) -> None:
        """The user hub's wire is cut; the daemon notices later."""
        self._connection += 1
        self.is_up = False
        lost = HubLost("user", "connection lost")
        self._world.time.after(round(noticed_after_s * 1000), lambda: self._world.deliver(lost))

    def cut(self) -> None:
        """The daemon is gone, and its connections with it."""
        self._connection += 1
        self.is_up = False
        self._watched = frozenset()

    def apply(self, request: FeedRequest) -> None:
        """Send the quotes asked for, or note that a hub shall be built anew."""
        if isinstance(request, WatchQuotes):
            self._watch(request.contract_ids)
        else:
            self.rebuilds.append(request)

    def _watch(self, contract_ids: frozenset[ContractId]) -> None:
        """A new contract's present quote comes first."""
        new, self._watched = contract_ids - self._watched, contract_ids
        for contract_id in sorted(new):
            quote = self._world.exchange.quote(contract_id)
            if quote is not None:
                self.publish(VenueEvent("quote", self._world.time.now, quote))

    def publish(self, happened: VenueEvent) -> None:
        """Put a change on the wire."""
        data = happened.data
        if not self.is_up or happened.silent:
            return
        if isinstance(data, SimQuote) and data.contract_id not in self._watched:
            return
        connection = self._connection
        for delay_ms in self._world.fates.draw_event(happened, self._delay_ms):
            self._world.time.after(delay_ms, lambda: self._arrive(happened, connection))

    def _arrive(self, happened: VenueEvent, connection: int) -> None:
        event = convert.event_of(happened)
        if connection != self._connection or event is None:
            return
        for watcher in self._world.watchers:
            watcher.on_hub_event(happened)
        self._world.deliver(event)
