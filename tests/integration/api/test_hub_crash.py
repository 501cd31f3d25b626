"""The hub thread outlives what goes wrong; what it cannot outlive is told."""

import pytest

from risk_manager.api import hub_worker
from risk_manager.api.hub_transport import WebSocketTransport
from risk_manager.domain.events import Event, HubLost
from tests.integration.api.hub_feed import FeedUnderTest, until
from tests.integration.api.hub_server import HubServer, behave


def test_a_connection_that_cannot_be_built_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    failures = [OSError(24, "Too many open files"), OSError(24, "Too many open files")]

    def build(*parts: object) -> WebSocketTransport:
        if failures:
            raise failures.pop()
        return WebSocketTransport(*parts)  # type: ignore[arg-type]  # the worker's own arguments

    monkeypatch.setattr(hub_worker, "WebSocketTransport", build)
    with HubServer(behave) as server, FeedUnderTest(server) as feed:
        feed.wait_connected()
        feed.wait_connected(hub="market")
        causes = feed.losses("user") + feed.losses("market")
    assert len(causes) == 2
    assert all("Too many open files" in cause for cause in causes)


class Deaf(FeedUnderTest):
    """Cannot take the news of a loss."""

    def _deliver(self, event: Event) -> None:
        assert not isinstance(event, HubLost), "nobody listens"
        super()._deliver(event)


def test_hub_threads_that_end_are_told():
    with HubServer(behave) as server:
        feed = Deaf(server, server)
        feed.manager.start(lambda name, _: feed.crashes.append(name))
        feed.wait_connected()
        feed.wait_connected(hub="market")
        feed.manager.reconnect_all("test")
        until(lambda: len(feed.crashes) == 2)
        assert feed.manager.stop()
    assert sorted(feed.crashes) == ["market-hub", "user-hub"]
