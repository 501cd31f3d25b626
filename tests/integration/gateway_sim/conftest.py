"""A simulated gateway at a fixed instant, and clients of it that are closed after the test."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.sim_client import Hub, Rest

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

StartServer = Callable[[ServerOptions], SimServer]


@pytest.fixture
def start_server() -> Iterator[StartServer]:
    """Start servers with options; all are stopped after the test."""
    with contextlib.ExitStack() as stack:
        yield lambda options: stack.enter_context(SimServer(options))


@pytest.fixture
def server(start_server: StartServer) -> SimServer:
    """A server with two accounts."""
    return start_server(ServerOptions(start=START, accounts=2))


@pytest.fixture
def rest(server: SimServer) -> Iterator[Rest]:
    """A logged-in REST client."""
    with contextlib.closing(Rest(server)) as client:
        client.log_in()
        yield client


@pytest.fixture
def user(server: SimServer, rest: Rest) -> Iterator[Hub]:
    """A user hub connection, all streams of account 10001 subscribed."""
    from tests.integration.gateway_sim.sim_client import user_hub

    assert rest.token
    with contextlib.closing(user_hub(server, rest.token)) as hub:
        yield hub


@pytest.fixture
def market(server: SimServer, rest: Rest) -> Iterator[Hub]:
    """A market hub connection without subscriptions."""
    with contextlib.closing(Hub(server.market_hub, rest.token)) as hub:
        yield hub
