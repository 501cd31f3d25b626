"""The feed under test, with its events in a list that a test can wait for."""

import random
import threading
import time
from collections.abc import Callable
from typing import Protocol, Self

from risk_manager.api.connection_manager import HubManager
from risk_manager.api.hub_connection import HubTiming
from risk_manager.domain.events import Event, HubConnected, HubLost
from risk_manager.domain.ids import AccountId
from tests.integration.api.hub_server import HubServer, behave

ACCOUNT = AccountId(10_000_004)
USER_CALLS = 4
QUICK = HubTiming(open_s=0.4, answer_s=0.4, ping_s=0.1, silence_s=0.4)
CALM = HubTiming(open_s=3, answer_s=3, ping_s=3, silence_s=10)


class HasUrl(Protocol):
    """Something that stands for a hub."""

    url: str


class FakeTokens:
    """A token source that counts: token-1 until it is refused, then token-2, and so on."""

    def __init__(self) -> None:
        self.number = 1
        self.handed_out = 0

    def current(self) -> str:
        self.handed_out += 1
        return f"token-{self.number}"

    def invalidate(self, token: str) -> None:
        if token == f"token-{self.number}":
            self.number += 1


class FeedUnderTest:
    """A HubManager against one server per hub; `events` is what it delivered so far."""

    def __init__(
        self, user: HasUrl, market: HasUrl | None = None, timing: HubTiming = CALM
    ) -> None:
        self.events: list[Event] = []
        self.crashes: list[str] = []
        self.tokens = FakeTokens()
        self._changed = threading.Condition()
        self._own_market = HubServer(behave) if market is None else None
        self.manager = HubManager(
            user_hub=user.url,
            market_hub=(self._own_market or market or user).url,
            account_ids=[ACCOUNT],
            tokens=self.tokens,
            deliver=self._deliver,
            mono=time.monotonic,
            rng=random.Random(1),
            timing=timing,
        )

    def __enter__(self) -> Self:
        if self._own_market:
            self._own_market.__enter__()
        self.manager.start(lambda name, _: self.crashes.append(name))
        return self

    def __exit__(self, *_: object) -> None:
        started = time.monotonic()
        ended = self.manager.stop()
        if self._own_market:
            self._own_market.__exit__()
        assert ended
        assert self.crashes == []
        assert time.monotonic() - started < 2

    def _deliver(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[list[Event]], bool], timeout_s: float = 5) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: wanted(self.events), timeout_s), self.events

    def wait_connected(self, times: int = 1, hub: str = "user") -> None:
        self.wait(lambda events: events.count(HubConnected(hub)) >= times)

    def losses(self, hub: str = "user") -> list[str]:
        """Return the causes of the hub's losses so far."""
        return [e.cause for e in list(self.events) if isinstance(e, HubLost) and e.hub == hub]

    def wait_lost(self, hub: str = "user") -> str:
        """Return the cause of the hub's first loss."""
        self.wait(lambda _: bool(self.losses(hub)))
        return self.losses(hub)[0]


def until(is_so: Callable[[], bool], timeout_s: float = 5) -> None:
    """Wait for something on the server's side."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)
