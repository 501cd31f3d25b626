"""One life of a hub connection: connect, handshake, subscribe, read until it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from risk_manager.api.hub_listener import HubListener
from risk_manager.api.hub_subscriptions import HubSubscriptions
from risk_manager.api.hub_transport import HubTransport
from risk_manager.api.signalr_messages import (
    HANDSHAKE,
    PING,
    BadRecord,
    Close,
    Completion,
    HandshakeAccepted,
    HandshakeRefused,
    HubMessage,
    Invocation,
)
from risk_manager.api.signalr_protocol import HubProtocol
from risk_manager.domain.events import HubConnected, ProtocolError
from risk_manager.domain.ports import Deliver

_WEBSOCKET_SCHEMES = {"https": "wss", "http": "ws"}


@dataclass(frozen=True, slots=True)
class HubTiming:
    """Limits in seconds of a hub's life.

    `open_s` to connect and shake hands, `answer_s` for the answer to a subscription, `ping_s`
    without a word of ours until we send a ping, `silence_s` without one of the gateway's until
    the connection counts as dead. The gateway gives us 30 s and pings every 15 s (SignalR).
    """

    open_s: float = 10.0
    answer_s: float = 10.0
    ping_s: float = 15.0
    silence_s: float = 30.0


class HubEndedError(Exception):
    """The connection ended or could not be built; the text is the cause for people.

    `silent_s` is for how long nothing had been heard, where that is the cause.
    """

    def __init__(self, cause: str, silent_s: float = 0.0) -> None:
        super().__init__(cause)
        self.silent_s = silent_s


def hub_address(url: str, token: str) -> str:
    """Return the WebSocket address of a hub with the token in it, which needs no negotiation.

    `url` is http(s) or ws(s), e.g. `https://rtc.topstepx.com/hubs/user`.
    """
    scheme, _, rest = url.partition("://")
    joint = "&" if "?" in rest else "?"
    encoded = quote(token, safe="")
    return f"{_WEBSOCKET_SCHEMES.get(scheme, scheme)}://{rest}{joint}access_token={encoded}"


class HubConnection:
    """Reads one connection on the calling thread until it ends, which it does by an exception.

    HubConnected is delivered once: when the handshake and every subscription wanted at that time
    were answered. Events received earlier are delivered at once, they are as true as later ones.
    `cancelled` is asked between frames. `proven_mono` is the instant of the proof, None before.
    """

    def __init__(
        self,
        transport: HubTransport,
        listener: HubListener,
        deliver: Deliver,
        mono: Callable[[], float],
        cancelled: Callable[[], bool],
        timing: HubTiming,
    ) -> None:
        self.proven_mono: float | None = None
        self._transport = transport
        self._listener = listener
        self._deliver = deliver
        self._mono = mono
        self._cancelled = cancelled
        self._timing = timing
        self._protocol = HubProtocol()
        self._subscriptions = HubSubscriptions(listener)
        self._is_open = False
        self._open_until = 0.0
        self._sent_mono = 0.0
        self._heard_mono = 0.0

    def run(self, address: str) -> None:
        """Live; never returns.

        Raises HubEndedError, TransportError, SubscribeRefusedError (all with a cause for
        people) or KickedError.
        """
        self._open_until = self._mono() + self._timing.open_s
        try:
            self._transport.connect(address, self._timing.open_s)
            self._heard_mono = self._mono()
            self._send(HANDSHAKE)
            while True:
                self._read(self._prepare())
        finally:
            self._transport.shutdown()

    def _read(self, timeout_s: float) -> None:
        """Take what comes within `timeout_s`; whatever it is, the gateway is alive."""
        data = self._transport.receive(timeout_s)
        if data is None:
            return
        self._heard_mono = self._mono()
        for message in self._protocol.feed(data):
            self._take(message)

    def _prepare(self) -> float:
        """Do what is due and return for how many seconds nothing will be."""
        now = self._mono()
        if self._cancelled():
            raise HubEndedError("cancelled")
        if not self._is_open:
            if now >= self._open_until:
                raise HubEndedError(f"no handshake answer within {self._timing.open_s:g} s")
            return self._open_until - now
        due = self._heard_mono + self._timing.silence_s
        if now >= due:
            silence_s = self._timing.silence_s
            raise HubEndedError(f"nothing heard for {silence_s:g} s", now - self._heard_mono)
        for record in self._subscriptions.changes(now):
            self._send(record)
        if self.proven_mono is None and self._subscriptions.is_settled:
            self.proven_mono = now
            self._deliver(HubConnected(self._listener.hub))
        if now - self._sent_mono >= self._timing.ping_s:
            self._send(PING)
        due = min(due, self._sent_mono + self._timing.ping_s, self._answer_due(now))
        return max(0.0, due - now)

    def _answer_due(self, now: float) -> float:
        """Return until when the next answer must come; raises HubEndedError if it is late."""
        oldest = self._subscriptions.oldest()
        if oldest is None:
            return now + self._timing.answer_s
        call, sent_mono = oldest
        due = sent_mono + self._timing.answer_s
        if now >= due:
            raise HubEndedError(f"{call} was not answered within {self._timing.answer_s:g} s")
        return due

    def _take(self, message: HubMessage) -> None:
        match message:
            case Invocation():
                self._listener.take(message)
            case Completion():
                self._subscriptions.answer(message)
            case BadRecord(problem, raw):
                self._deliver(ProtocolError("frame", problem, raw))
            case Close(error, allow_reconnect):
                invited = ", reconnect invited" if allow_reconnect else ""
                raise HubEndedError(f"closed by the gateway: {error or 'no reason'}{invited}")
            case HandshakeAccepted():
                self._is_open = True
            case HandshakeRefused(error):
                raise HubEndedError(f"handshake refused: {error}")
            case _:  # a ping has done its work by arriving
                return

    def _send(self, record: bytes) -> None:
        self._transport.send_text(record)
        self._sent_mono = self._mono()
