"""A simulated gateway at a fixed instant, and clients of it that are closed after the test."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from risk_manager.gateway_sim.forms import OBSERVED, Forms
from risk_manager.gateway_sim.options_server import HubTimes, ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.sim_client import Hub, Rest

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

StartServer = Callable[[ServerOptions], SimServer]
OpenRest = Callable[[SimServer], Rest]
OpenHub = Callable[..., Hub]


@pytest.fixture
def closing() -> Iterator[contextlib.ExitStack]:
    """What is opened into it is closed after the test, last first."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture
def start_server(closing: contextlib.ExitStack) -> StartServer:
    """Start servers with options."""
    return lambda options: closing.enter_context(SimServer(options))


@pytest.fixture
def open_rest(closing: contextlib.ExitStack) -> OpenRest:
    """Open logged-in REST clients."""

    def open_one(server: SimServer) -> Rest:
        client = closing.enter_context(contextlib.closing(Rest(server)))
        client.log_in()
        return client

    return open_one


@pytest.fixture
def open_hub(closing: contextlib.ExitStack) -> OpenHub:
    """Open hub connections."""

    def open_one(url: str, token: str | None, **more: Any) -> Hub:
        return closing.enter_context(contextlib.closing(Hub(url, token, **more)))

    return open_one


@pytest.fixture
def server(start_server: StartServer) -> SimServer:
    """A server with two accounts."""
    return start_server(ServerOptions(start=START, accounts=2))


@pytest.fixture
def rest(server: SimServer, open_rest: OpenRest) -> Rest:
    """A logged-in REST client."""
    return open_rest(server)


@pytest.fixture
def user(server: SimServer, rest: Rest, open_hub: OpenHub) -> Hub:
    """A user hub connection, all streams of account 10001 subscribed."""
    return open_hub(server.user_hub, rest.token).subscribe_user(10001)


@pytest.fixture
def market(server: SimServer, rest: Rest, open_hub: OpenHub) -> Hub:
    """A market hub connection without subscriptions."""
    return open_hub(server.market_hub, rest.token)


class Session:
    """A server with options, and hub connections to it."""

    def __init__(self, open_server: StartServer, open_rest: OpenRest, open_hub: OpenHub) -> None:
        self._open_server = open_server
        self._open_rest = open_rest
        self._open_hub = open_hub

    def start(self, forms: Forms = OBSERVED, times: HubTimes | None = None) -> SimServer:
        options = ServerOptions(start=START, forms=forms, hub_times=times or HubTimes())
        self.server = self._open_server(options)
        self.token = self._open_rest(self.server).token
        return self.server

    def user(self, **more: Any) -> Hub:
        return self._open_hub(self.server.user_hub, self.token, **more)

    def market(self) -> Hub:
        return self._open_hub(self.server.market_hub, self.token)


@pytest.fixture
def session(start_server: StartServer, open_rest: OpenRest, open_hub: OpenHub) -> Session:
    """A server yet to be started with options."""
    return Session(start_server, open_rest, open_hub)
