"""A gateway client against a raw server: what every REST test needs in one place."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self

from risk_manager.api.auth_calls import Credentials
from risk_manager.api.requests_encode import Timeouts
from risk_manager.api.rest_client import RestGateway
from risk_manager.domain.events import ActionAnswered, ServerTimeSeen, SnapshotTaken
from risk_manager.domain.ids import AccountId, ContractId, OrderId, RequestId
from risk_manager.domain.orders import Side
from risk_manager.domain.requests import (
    ActionRequest,
    CancelOrder,
    ClosePosition,
    ModifyOrder,
    PlaceStop,
    ReducePosition,
    TakeSnapshot,
)
from tests.integration.api.raw_http import Handler, RawServer, Request, ok

ACCOUNT = AccountId(10001)
MNQ = ContractId("CON.F.US.MNQ.Z26")
CLOSE = ClosePosition(RequestId(1), ACCOUNT, MNQ)
REDUCE = ReducePosition(RequestId(2), ACCOUNT, MNQ, 3)
CANCEL = CancelOrder(RequestId(3), ACCOUNT, OrderId(789))
MODIFY = ModifyOrder(RequestId(4), ACCOUNT, OrderId(789), size=2)
PLACE = PlaceStop(RequestId(7), ACCOUNT, MNQ, Side.SELL, 2, Decimal("21000.25"), "RM012-1")
LOOK = TakeSnapshot(RequestId(5), ACCOUNT)
EVERYTHING = TakeSnapshot(
    RequestId(6),
    ACCOUNT,
    trades_since=datetime(2026, 11, 19, 23, 0, tzinfo=UTC),
    with_account=True,
    with_suspended=True,
)
SHORT = Timeouts(close=0.2, order=0.3, read=0.3, history=0.3)
PATIENT = Timeouts()


class Rig:
    """Starts a raw server whose login always works, and a gateway client of it.

    `handler` answers everything but the login. Use as a context manager.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        timeouts: Timeouts = PATIENT,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._handler = handler
        self.logins = 0
        self.server = RawServer(self._answer, tls).start()
        self.events: list[Any] = []
        self.gateway = RestGateway(
            self.server.url,
            Credentials("trader", "key"),
            mono=time.monotonic,
            deliver=self.events.append,
            timeouts=timeouts,
        )
        self.channel = self.gateway.open_channel("one")

    def __enter__(self) -> Self:
        self.gateway.login()
        return self

    def __exit__(self, *_: object) -> None:
        self.channel.close()
        self.server.stop()

    @property
    def calls(self) -> list[Request]:
        """The requests behind the logins."""
        return [request for request in self.server.requests if "/Auth/" not in request.path]

    def seen(self, kind: type) -> list[Any]:
        """The delivered events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    def act(self, request: ActionRequest) -> ActionAnswered:
        """Send a changing call on the rig's channel and wait for its answer."""
        answered = self.channel.run(request)
        assert isinstance(answered, ActionAnswered)
        return answered

    def take(self, request: TakeSnapshot = LOOK) -> SnapshotTaken:
        """Take a snapshot on the rig's channel."""
        taken = self.channel.run(request)
        assert isinstance(taken, SnapshotTaken)
        return taken

    def server_times(self) -> list[ServerTimeSeen]:
        """The server times delivered since the login."""
        return self.seen(ServerTimeSeen)[1:]

    def _answer(self, request: Request) -> Any:
        if request.path == "/api/Auth/loginKey":
            self.logins += 1
            return ok(token=f"token-{self.logins}")
        return self._handler(request)
