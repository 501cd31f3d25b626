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
USER, MARKET = "user", "market"
HUBS = (MARKET, USER)


class VirtualHub:
    """User and market hub. Nothing is replayed: what happens while one is down is lost.

    `rebuild_ms` is how long a hub that shall be built anew is away; None: it is only noted.
    """

    def __init__(self, world: World, delay_ms: int) -> None:
        self._world = world
        self._delay_ms = delay_ms
        self._connection = dict.fromkeys(HUBS, 0)
        self._watched: frozenset[ContractId] = frozenset()
        self.up = dict.fromkeys(HUBS, False)
        self.frozen = dict.fromkeys(HUBS, False)
        self.rebuilds: list[RebuildHub] = []
        self.rebuild_ms: int | None = None

    @property
    def is_up(self) -> bool:
        """Whether the user hub is proven."""
        return self.up[USER]

    def connect(self, *hubs: str) -> None:
        """Hubs are proven; both unless named."""
        for hub in hubs or HUBS:
            self._connection[hub] += 1
            self.up[hub], self.frozen[hub] = True, False
            self._world.deliver(HubConnected(hub))
            if hub == MARKET:
                self._tell_quotes(self._watched)

    def lose(self, noticed_after_s: float = 0.0, hub: str = USER) -> None:
        """A hub's wire is cut; the daemon notices later."""
        self._cut(hub)
        lost = HubLost(hub, "connection lost")
        self._world.time.after(round(noticed_after_s * 1000), lambda: self._world.deliver(lost))

    def freeze(self, hub: str) -> None:
        """The socket stays healthy and nothing comes any more, until the hub is built anew."""
        self.frozen[hub] = True

    def thaw(self, hub: str) -> None:
        """Events come again; those of the meantime do not."""
        self.frozen[hub] = False

    def cut(self) -> None:
        """The daemon is gone, and its connections with it."""
        for hub in HUBS:
            self._cut(hub)
        self._watched = frozenset()

    def _cut(self, hub: str) -> None:
        self._connection[hub] += 1
        self.up[hub] = False

    def apply(self, request: FeedRequest) -> None:
        """Send the quotes asked for, or build a hub anew."""
        if isinstance(request, WatchQuotes):
            new, self._watched = request.contract_ids - self._watched, request.contract_ids
            self._tell_quotes(new)
            return
        self.rebuilds.append(request)
        if self.rebuild_ms is not None:
            hubs = HUBS if request.hub == "both" else (request.hub,)
            for hub in hubs:
                self.lose(hub=hub)
            self._world.time.after(self.rebuild_ms, lambda: self.connect(*hubs))

    def _tell_quotes(self, contract_ids: frozenset[ContractId]) -> None:
        """A contract's present quote comes first."""
        for contract_id in sorted(contract_ids):
            quote = self._world.exchange.quote(contract_id)
            if quote is not None:
                self.publish(VenueEvent("quote", self._world.time.now, quote))

    def publish(self, happened: VenueEvent) -> None:
        """Put a change on the wire."""
        is_quote = isinstance(happened.data, SimQuote)
        hub = MARKET if is_quote else USER
        if not self.up[hub] or self.frozen[hub] or happened.silent:
            return
        if isinstance(happened.data, SimQuote) and happened.data.contract_id not in self._watched:
            return
        connection = self._connection[hub]
        for delay_ms in self._world.fates.draw_event(happened, self._delay_ms):
            self._world.time.after(delay_ms, lambda: self._arrive(happened, hub, connection))

    def _arrive(self, happened: VenueEvent, hub: str, connection: int) -> None:
        event = convert.event_of(happened)
        if connection != self._connection[hub] or event is None:
            return
        for watcher in self._world.watchers:
            watcher.on_hub_event(happened)
        self._world.deliver(event)
