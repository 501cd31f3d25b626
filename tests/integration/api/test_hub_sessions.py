"""Tokens, logouts, rebuilding and stopping: what concerns more than one connection."""

import ssl
import threading
import time
from pathlib import Path

import pytest
import trustme

from risk_manager.api import backoff, hub_transport, hub_worker
from risk_manager.domain.events import HubConnected, HubLost, SessionKicked
from risk_manager.domain.requests import RebuildHub
from tests.integration.api.hub_feed import USER_CALLS, FeedUnderTest, until
from tests.integration.api.hub_server import HubServer, Peer, behave, stay_silent


@pytest.fixture(autouse=True)
def _short_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "RECONNECT_DELAYS_S", (0.0, 0.02))


def test_refused_token_is_replaced_for_the_next_connection() -> None:
    with HubServer(lambda peer: peer.refuse(401), behave) as server:
        with FeedUnderTest(server) as feed:
            feed.wait_connected()
        assert feed.losses() == ["the gateway refused the connection: HTTP 401"]
        assert [peer.path.split("=")[1] for peer in server.peers] == ["token-1", "token-2"]


def test_renewed_token_is_used_by_both_hubs() -> None:
    with HubServer(behave) as user, HubServer(behave) as market:
        with FeedUnderTest(user, market) as feed:
            feed.wait_connected()
            feed.wait_connected(hub="market")
            feed.tokens.number = 7
            feed.manager.reconnect_all("token renewed")
            feed.wait_connected(2)
            feed.wait_connected(2, hub="market")
        assert HubLost("user", "token renewed") in feed.events
        assert HubLost("market", "token renewed") in feed.events
        assert [p.path.split("=")[1] for p in user.peers + market.peers][1::2] == ["token-7"] * 2


def test_token_never_shows_in_a_cause() -> None:
    def quote_the_address(peer: Peer) -> None:
        peer.open()
        peer.send({"type": 7, "error": f"{peer.path} is closed, says token-1"})

    with HubServer(quote_the_address, behave) as server, FeedUnderTest(server) as feed:
        assert "token-1" not in feed.wait_lost()


def test_logout_on_both_hubs_is_one_common_reconnect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backoff, "KICK_STEP_S", 0.3)

    both_open = threading.Barrier(2)

    def kick(peer: Peer) -> None:
        peer.open()
        both_open.wait(5)
        peer.send({"type": 1, "target": "gatewaylogout", "arguments": {"why": 1}})
        stay_silent(peer)

    with HubServer(kick, behave) as user, HubServer(kick, behave) as market:
        with FeedUnderTest(user, market) as feed:
            started = time.monotonic()
            feed.wait_connected()
            feed.wait_connected(hub="market")
            assert time.monotonic() - started >= 0.29
        assert any(isinstance(e, SessionKicked) for e in feed.events)
        for hub in ("user", "market"):
            (cause,) = feed.losses(hub)
            assert cause.startswith("logged out by the gateway (")
        assert (len(user.peers), len(market.peers)) == (2, 2)


def test_rebuild_replaces_only_the_named_hub() -> None:
    with (
        HubServer(behave) as user,
        HubServer(behave) as market,
        FeedUnderTest(user, market) as feed,
    ):
        feed.wait_connected()
        feed.wait_connected(hub="market")
        feed.manager.apply(RebuildHub("market", "no quotes for 30 s"))
        feed.wait_connected(2, hub="market")
        assert feed.losses("market") == ["no quotes for 30 s"]
        assert feed.losses("user") == []
        assert feed.events.count(HubConnected("user")) == 1


def test_tls_with_the_certificate_named_by_the_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    hub_transport.system_trust.cache_clear()
    with HubServer(behave, tls=context) as server:
        with FeedUnderTest(server) as feed:
            assert "CERTIFICATE_VERIFY_FAILED" in feed.wait_lost()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        hub_transport.system_trust.cache_clear()
        with FeedUnderTest(server) as feed:
            feed.wait_connected()
    hub_transport.system_trust.cache_clear()


def test_stop_is_quick_while_the_gateway_hangs() -> None:
    def hang(peer: Peer) -> None:
        peer.read_upgrade()
        stay_silent(peer)

    with HubServer(hang) as server, FeedUnderTest(server) as feed:
        until(lambda: bool(server.peers and server.peers[0].path))
        started = time.monotonic()
        assert feed.manager.stop()
        assert time.monotonic() - started < 0.5
        assert feed.losses() == []


def test_stop_is_quick_in_a_flood() -> None:
    def flood(peer: Peer) -> None:
        peer.open()
        while True:
            peer.raw(peer.frame(b'{"type":6}\x1e' * 1000))

    with HubServer(flood) as server, FeedUnderTest(server) as feed:
        until(lambda: bool(server.peers and server.peers[0].path))
        time.sleep(0.1)
        started = time.monotonic()
        assert feed.manager.stop()
        assert time.monotonic() - started < 0.5


def test_a_good_connection_is_followed_by_the_next_without_delay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def drop(peer: Peer) -> None:
        peer.open()
        peer.take_calls(USER_CALLS)
        until(feed_is_proven.is_set)

    monkeypatch.setattr(backoff, "RECONNECT_DELAYS_S", (0.0, 60.0))
    monkeypatch.setattr(hub_worker, "STABLE_S", 0.0)
    feed_is_proven = threading.Event()
    with HubServer(drop, drop, behave) as server, FeedUnderTest(server) as feed:
        feed.wait_connected()
        feed_is_proven.set()
        feed.wait_connected(3)


def test_a_failing_login_is_named_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> str:
        raise LookupError("no token for a@example.com")

    with HubServer(behave) as server:
        feed = FeedUnderTest(server)
        login = feed.tokens.current
        monkeypatch.setattr(feed.tokens, "current", fail)
        with feed:
            assert feed.wait_lost() == "LookupError: no token for ***"
            monkeypatch.setattr(feed.tokens, "current", login)
            feed.wait_connected()


def test_a_feed_that_never_started_stops() -> None:
    with HubServer(behave) as server:
        assert FeedUnderTest(server, server).manager.stop()
