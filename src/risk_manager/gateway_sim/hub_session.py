"""One client of a hub, without its socket: handshake, subscriptions, what it was shown. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from risk_manager.gateway_sim import hub_protocol as protocol
from risk_manager.gateway_sim.forms import Forms
from risk_manager.gateway_sim.hub_protocol import ProtocolBreachError, RecordBuffer
from risk_manager.gateway_sim.model import SimQuote
from risk_manager.gateway_sim.wire import stream_style
from risk_manager.gateway_sim.wire_stream import HubName, quote_delta, quote_members

Key = int | str | None

TOPICS: Final[dict[HubName, dict[str, type | None]]] = {
    "user": {"Accounts": None, "Orders": int, "Positions": int, "Trades": int},
    "market": {"ContractQuotes": str, "ContractTrades": str, "ContractMarketDepth": str},
}
"""What each hub lets clients subscribe to, and the type of the one argument."""


@dataclass(slots=True)
class Outcome:
    """What to send next; `topics` were newly subscribed; `end` says to close afterwards."""

    records: list[bytes] = field(default_factory=list)
    topics: list[tuple[str, Key]] = field(default_factory=list)
    end: bool = False


class HubSession:
    """Takes what the client sends and keeps what it wants."""

    def __init__(self, hub: HubName, forms: Forms) -> None:
        self.hub: HubName = hub
        self.ready = False
        self._forms = forms
        self._buffer = RecordBuffer()
        self._wanted: set[tuple[str, Key]] = set()
        self._shown: dict[str, dict[str, Any]] = {}
        self._methods: dict[str, tuple[Callable[[str, Key], None], str]] = {}
        for topic in TOPICS[hub]:
            self._methods[f"subscribe{topic}".casefold()] = (self._subscribe, topic)
            self._methods[f"unsubscribe{topic}".casefold()] = (self._unsubscribe, topic)

    def receive(self, data: bytes) -> Outcome:
        """Take the bytes of one WebSocket message; ProtocolBreachError ends the connection."""
        outcome = Outcome()
        for record in self._buffer.feed(data):
            if outcome.end:
                break
            if self.ready:
                self._message(protocol.decode(record), outcome)
            else:
                self._handshake(record, outcome)
        return outcome

    def wants(self, topic: str, key: Key) -> bool:
        """Whether the client subscribed to this."""
        return self.ready and (topic, key) in self._wanted

    def quote_record(self, quote: SimQuote, symbol: str) -> bytes:
        """Return a quote: whole for the first time or by the forms, else what changed."""
        whole = quote_members(stream_style(self._forms), quote, symbol)
        shown = self._shown.get(quote.contract_id, {})
        members = whole if self._forms.full_quotes else quote_delta(shown, whole)
        self._shown[quote.contract_id] = whole
        return protocol.invocation("GatewayQuote", [quote.contract_id, members])

    def _handshake(self, record: bytes, outcome: Outcome) -> None:
        try:
            error = protocol.handshake_error(protocol.decode(record))
        except ProtocolBreachError:
            error = "An unexpected error occurred during connection handshake."
        self.ready = error is None
        outcome.end = not self.ready
        outcome.records.append(protocol.encode({} if error is None else {"error": error}))

    def _message(self, message: dict[str, Any], outcome: Outcome) -> None:
        """Take one record; kinds that need nothing of us, and unknown ones, are passed over."""
        kind = message.get("type")
        if kind == protocol.CLOSE:
            outcome.end = True
        elif kind == protocol.INVOCATION:
            self._invocation(message, outcome)
        elif kind == protocol.STREAM_INVOCATION:
            self._refuse(message, _failed(message, "The method is not a stream."), outcome)

    def _invocation(self, message: dict[str, Any], outcome: Outcome) -> None:
        target, arguments = message.get("target"), message.get("arguments")
        if not isinstance(target, str) or not isinstance(arguments, list):
            raise ProtocolBreachError("an invocation needs a target and arguments")
        method = self._methods.get(target.casefold())
        if method is None:
            self._refuse(message, _failed(message, "Method does not exist."), outcome)
            return
        change, topic = method
        wanted = TOPICS[self.hub][topic]
        if not _binds(arguments, wanted):
            self._refuse(message, _failed(message), outcome)
            return
        key: Key = arguments[0] if arguments else None
        change(topic, key)
        invocation_id = message.get("invocationId")
        if invocation_id is not None and not self._forms.silent_subscribe:
            outcome.records.append(protocol.completion(str(invocation_id), 0))
        if change == self._subscribe:
            outcome.topics.append((topic, key))

    def _subscribe(self, topic: str, key: Key) -> None:
        self._wanted.add((topic, key))
        if topic == "ContractQuotes":
            self._shown.pop(str(key), None)

    def _unsubscribe(self, topic: str, key: Key) -> None:
        self._wanted.discard((topic, key))

    @staticmethod
    def _refuse(message: dict[str, Any], error: str, outcome: Outcome) -> None:
        invocation_id = message.get("invocationId")
        if invocation_id is not None:
            outcome.records.append(protocol.completion_error(str(invocation_id), error))


def _failed(message: dict[str, Any], reason: str | None = None) -> str:
    """Return ASP.NET Core's text; it gives details for hub exceptions only."""
    text = f"Failed to invoke '{message.get('target')}' due to an error on the server."
    return text if reason is None else f"{text} HubException: {reason}"


def _binds(arguments: list[Any], wanted: type | None) -> bool:
    """Whether the arguments fit: an account id is an int32 number, a text fails (observed)."""
    if wanted is None:
        return not arguments
    if len(arguments) != 1 or type(arguments[0]) is not wanted:
        return False
    return not isinstance(arguments[0], int) or -(2**31) <= arguments[0] < 2**31
