"""The simulated gateway under TLS."""

import contextlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from risk_manager.gateway_sim.server import SimServer
from tests.integration.gateway_sim.conftest import OpenHub
from tests.integration.gateway_sim.sim_client import Rest


@pytest.fixture
def authority() -> trustme.CA:
    """A certificate authority of this test."""
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[SimServer]:
    """A server with a certificate for 127.0.0.1."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with SimServer(tls=context) as running:
        yield running


def test_rest_and_hub(
    server: SimServer, authority: trustme.CA, open_hub: OpenHub, tmp_path: Path
) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    assert server.api_url.startswith("https://127.0.0.1:")
    with contextlib.closing(Rest(server, context)) as rest:
        rest.log_in()
        token = rest.token
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))
    hub = open_hub(server.user_hub, token, sslopt={"ca_certs": str(pem)})
    assert hub.call("SubscribeAccounts")["result"] == 0
