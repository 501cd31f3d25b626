"""A tool's own conversation with the venue: login, accounts, one look at each, the hubs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from risk_manager.api.auth_calls import Credentials
from risk_manager.api.auth_errors import AuthError
from risk_manager.api.hub_connection import hub_address
from risk_manager.api.hub_transport import TransportError, WebSocketTransport
from risk_manager.api.rest_client import ListedAccount, RestGateway
from risk_manager.api.rest_reads import ReadFailedError
from risk_manager.api.signalr_messages import HANDSHAKE, HandshakeAccepted, HandshakeRefused
from risk_manager.api.signalr_protocol import HubProtocol
from risk_manager.api.waker import Waker
from risk_manager.config.accounts import TopstepX
from risk_manager.domain.errors import RiskManagerError
from risk_manager.domain.events import Event, ServerTimeSeen, SnapshotTaken
from risk_manager.domain.ids import AccountId, RequestId
from risk_manager.domain.orders import Order
from risk_manager.domain.positions import Position
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.utils.clock import Clock

OPEN_S: Final = 10.0


class VenueError(RiskManagerError):
    """The venue did not give what was asked; the text holds neither key nor token."""


class VenueContact:
    """One login, kept in memory only. `server_times` are the venue's `Date` with our wall time."""

    def __init__(self, login: TopstepX, clock: Clock) -> None:
        self._clock = clock
        self._login = login
        self.server_times: list[tuple[datetime, datetime]] = []
        who = Credentials(login.username, login.api_key.get_secret_value())
        self._gateway = RestGateway(login.api_url, who, mono=clock.mono, deliver=self._heard)

    def login(self) -> None:
        """Log in once; VenueError says what to do when the venue refuses."""
        try:
            self._gateway.login()
        except AuthError as error:
            raise VenueError(str(error)) from error

    def accounts(self) -> list[ListedAccount]:
        """Every account of the login. Raises VenueError."""
        try:
            return self._gateway.search_accounts()
        except (AuthError, ReadFailedError) as error:
            raise VenueError(str(error)) from error

    def held(self, account: AccountId) -> tuple[Sequence[Position], Sequence[Order]]:
        """The positions and the working orders of one account now. Raises VenueError."""
        channel = self._gateway.open_channel("tool")
        now = self._clock.wall()
        try:
            answer = channel.run(TakeSnapshot(RequestId(1), account, asked_at=now))
        finally:
            channel.close()
        assert isinstance(answer, SnapshotTaken)
        if answer.positions is None or answer.orders is None:
            raise VenueError(f"positions and orders cannot be read: {answer.failure}")
        return answer.positions, answer.orders

    def hub(self, url: str) -> None:
        """Open a hub and shake hands, then hang up; VenueError says why it cannot be used."""
        waker = Waker()
        transport = WebSocketTransport(self._clock.mono, waker, lambda: False)
        try:
            address = hub_address(url, self._gateway.token.current())
            transport.connect(address, OPEN_S)
            transport.send_text(HANDSHAKE)
            self._await_hand(transport)
        except (TransportError, AuthError) as error:
            raise VenueError(str(error)) from error
        finally:
            transport.shutdown()
            waker.close()

    def _await_hand(self, transport: WebSocketTransport) -> None:
        protocol, until = HubProtocol(), self._clock.mono() + OPEN_S
        while (left := until - self._clock.mono()) > 0:
            for message in protocol.feed(transport.receive(left) or b""):
                if isinstance(message, HandshakeAccepted):
                    return
                if isinstance(message, HandshakeRefused):
                    raise VenueError(f"handshake refused: {message.error}")
        raise VenueError(f"no handshake answer within {OPEN_S:g} s")

    def _heard(self, event: Event) -> None:
        if isinstance(event, ServerTimeSeen) and event.date is not None:
            self.server_times.append((event.date, self._clock.wall()))
