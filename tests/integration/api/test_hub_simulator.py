"""The feed against the simulated gateway: every stream, drops, a refused token, a logout."""

import json
import random
import threading
import time
import urllib.request
from collections.abc import Iterator
from decimal import Decimal

import pytest

from risk_manager.api import backoff
from risk_manager.api.connection_manager import HubManager
from risk_manager.domain.events import (
    AccountChanged,
    Event,
    HubConnected,
    HubLost,
    OrderChanged,
    PositionChanged,
    QuoteChanged,
    SessionKicked,
    TradeExecuted,
)
from risk_manager.domain.ids import AccountId, ContractId
from risk_manager.domain.requests import WatchQuotes
from risk_manager.gateway_sim.server import SimServer
from tests.integration.api.hub_feed import until
from tests.support.threads import no_crash

MNQ = ContractId("CON.F.US.MNQ.Z26")
ACCOUNT = AccountId(10001)


class Login:
    """Logs in for every connection; the first token is wrong."""

    def __init__(self, server: SimServer) -> None:
        self._server = server
        self.token = "wrong"
        self.refused: list[str] = []

    def current(self) -> str:
        return self.token

    def invalidate(self, token: str) -> None:
        self.refused.append(token)
        body = {"userName": self._server.username, "apiKey": self._server.api_key}
        request = urllib.request.Request(
            f"{self._server.api_url}/api/Auth/loginKey",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            self.token = json.load(answer)["token"]


class Session:
    """A simulated gateway and the feed that reads it."""

    def __init__(self, server: SimServer) -> None:
        self.server = server
        self.tokens = Login(server)
        self.events: list[Event] = []
        self.manager = HubManager(
            user_hub=server.user_hub,
            market_hub=server.market_hub,
            account_ids=[ACCOUNT],
            tokens=self.tokens,
            deliver=self.events.append,
            mono=time.monotonic,
            rng=random.Random(1),
        )

    def wait_for(self, *kinds: type[Event], count: int = 1) -> None:
        """Wait until `count` events of each kind have come."""
        until(lambda: all(sum(isinstance(e, k) for e in self.events) >= count for k in kinds))


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setattr(backoff, "RECONNECT_DELAYS_S", (0.0, 0.05))
    with SimServer() as server:
        session = Session(server)
        session.manager.start(no_crash)
        session.manager.apply(WatchQuotes(frozenset({MNQ})))
        yield session
        assert session.manager.stop()
    names = {thread.name for thread in threading.enumerate()}
    assert not {"user-hub", "market-hub"} & names


def test_every_stream_arrives_after_a_refused_token(session: Session) -> None:
    session.wait_for(HubConnected, count=2)
    session.wait_for(QuoteChanged)
    session.server.control(
        "/sim/fill", {"accountId": ACCOUNT, "contractId": MNQ, "side": 0, "size": 3}
    )
    session.wait_for(TradeExecuted, PositionChanged, OrderChanged, AccountChanged)
    trades = [e.trade for e in session.events if isinstance(e, TradeExecuted)]
    assert [(t.size, t.account_id, t.contract_id) for t in trades] == [(3, ACCOUNT, MNQ)]
    session.server.control("/sim/price", {"contractId": MNQ, "last": 21_000.25})
    until(lambda: Decimal("21000.25") in [e.last for e in quotes(session)])
    assert "wrong" in session.tokens.refused


def quotes(session: Session) -> list[QuoteChanged]:
    return [e for e in session.events if isinstance(e, QuoteChanged)]


@pytest.mark.parametrize("allow", [True, False])
def test_closed_hubs_come_back_and_subscribe_again(session: Session, allow: bool) -> None:
    session.wait_for(HubConnected, count=2)
    for hub in ("user", "market"):
        params = {"allowReconnect": allow, "error": "Connection closed with an error."}
        session.server.control("/sim/fault", {"kind": "close", "target": hub, "params": params})
    session.wait_for(HubConnected, count=4)
    causes = {e.cause.split(",")[0] for e in session.events if isinstance(e, HubLost)}
    assert "closed by the gateway: Connection closed with an error." in causes
    session.events.clear()
    session.server.control("/sim/price", {"contractId": MNQ, "last": 21_001})
    session.server.control(
        "/sim/fill", {"accountId": ACCOUNT, "contractId": MNQ, "side": 1, "size": 1}
    )
    session.wait_for(QuoteChanged, TradeExecuted)


def test_logout_of_both_hubs_reconnects_both_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "KICK_STEP_S", 0.3)
    session.wait_for(HubConnected, count=2)
    session.events.clear()
    session.server.control("/sim/logout", {"hub": "both"})
    session.wait_for(SessionKicked)
    session.wait_for(HubConnected, count=2)
    assert sorted(e.hub for e in session.events if isinstance(e, HubLost)) == ["market", "user"]
    until(lambda: session.server.control("/sim/state")["connections"] == {"user": 1, "market": 1})
