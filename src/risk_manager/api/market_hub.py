"""The market hub: quotes of the watched contracts, a set that changes while connected."""

from __future__ import annotations

from collections.abc import Sequence

from risk_manager.api.hub_listener import Call, KickedError, fault_report, is_logout
from risk_manager.api.signalr_messages import Invocation
from risk_manager.api.translate import translate_quote
from risk_manager.domain.events import Event, ProtocolError, SessionKicked
from risk_manager.domain.ids import ContractId
from risk_manager.domain.ports import Deliver


class MarketHubListener:
    """Turns messages of the market hub into quotes; trades and depth are not asked for."""

    hub = "market"

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        # Version and set are replaced together, so that another thread reads both or neither.
        self._watched: tuple[int, frozenset[ContractId]] = (0, frozenset())

    @property
    def version(self) -> int:
        """Another number after every change of the set."""
        return self._watched[0]

    def watch(self, contract_ids: frozenset[ContractId]) -> None:
        """Take the whole set of contracts whose quotes are wanted; from one other thread."""
        version, present = self._watched
        if contract_ids != present:
            self._watched = (version + 1, contract_ids)

    def subscriptions(self) -> Sequence[Call]:
        """Return one call for each contract."""
        return [Call("SubscribeContractQuotes", (each,)) for each in sorted(self._watched[1])]

    def take(self, message: Invocation) -> None:
        """Deliver the events of a message; raises KickedError after delivering SessionKicked."""
        target = message.target.lower()
        if target != "gatewayquote":
            if is_logout(target):
                self._deliver(SessionKicked(self.hub))
                raise KickedError
            return
        try:
            events: list[Event] = translate_quote(message.arguments)
        except Exception as fault:  # noqa: BLE001 - whatever it is, the hub must be read on
            events = [fault_report("quote", fault, message)]
        for event in events:
            self._deliver(event)

    def refuse(self, call: Call, error: str) -> None:
        """Report it; the other contracts keep their quotes, and this one's price goes stale."""
        self._deliver(ProtocolError("quote", f"{call} was refused: {error}", ""))
