"""Both hubs, kept connected for ever: the product's `Feed`."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable

from risk_manager.api.backoff import KickDelays
from risk_manager.api.hub_connection import HubTiming
from risk_manager.api.hub_worker import HubWorker, Tokens
from risk_manager.api.market_hub import MarketHubListener
from risk_manager.api.signalr_listener import UserHubListener
from risk_manager.domain.ids import AccountId
from risk_manager.domain.ports import Deliver
from risk_manager.domain.requests import FeedRequest, RebuildHub, WatchQuotes
from risk_manager.utils.watched_thread import OnCrash

_STOP_S = 1.8


class HubManager:
    """Owns the two hub threads; delivers their events from those threads.

    Each hub: HubConnected when it is proven, HubLost with the cause when a connection ended or
    an attempt failed, then another attempt, without end. After a HubConnected the engine must
    read everything by REST, since the gateway replays nothing.
    """

    def __init__(
        self,
        *,
        user_hub: str,
        market_hub: str,
        account_ids: Iterable[AccountId],
        tokens: Tokens,
        deliver: Deliver,
        mono: Callable[[], float],
        rng: random.Random,
        timing: HubTiming | None = None,
    ) -> None:
        """Take the addresses (http or https) and the accounts whose events are wanted."""
        timing = timing or HubTiming()
        self._mono = mono
        self._kicks = KickDelays()
        self._kicks_lock = threading.Lock()
        self._quotes = MarketHubListener(deliver)
        self._workers = {
            listener.hub: HubWorker(
                url, listener, tokens, deliver, mono, rng, timing, kicked=self._on_kick
            )
            for url, listener in (
                (user_hub, UserHubListener(account_ids, deliver)),
                (market_hub, self._quotes),
            )
        }

    def start(self, on_crash: OnCrash) -> None:
        """Start both threads; returns at once. `on_crash` hears of an error that ends one."""
        for worker in self._workers.values():
            worker.start(on_crash)

    def stop(self) -> bool:
        """End both connections and threads; False when a thread did not end within 2 s.

        Such a thread waits for a name look-up or a login; it is a daemon thread and ends with
        the process.
        """
        deadline = self._mono() + _STOP_S
        for worker in self._workers.values():
            worker.stop()
        ended = [w.join(max(0.0, deadline - self._mono())) for w in self._workers.values()]
        return all(ended)

    def apply(self, request: FeedRequest) -> None:
        """Change the quote subscriptions or rebuild a hub (or `both`); returns at once."""
        match request:
            case WatchQuotes(contract_ids):
                self._quotes.watch(contract_ids)
                self._workers[self._quotes.hub].wake()
            case RebuildHub("both", cause):
                self.reconnect_all(cause)
            case RebuildHub(hub, cause):
                self._workers[hub].rebuild(cause)

    def reconnect_all(self, cause: str, not_before: float = 0.0) -> None:
        """Replace both connections, e.g. after a token renewal; returns at once."""
        for worker in self._workers.values():
            worker.rebuild(cause, not_before)

    def _on_kick(self, hub: str) -> None:
        """Reconnect both hubs together: the logout is the session's, not one connection's."""
        with self._kicks_lock:
            again = self._kicks.kicked(self._mono())
        if again is not None:
            self.reconnect_all(f"logged out by the gateway ({hub} hub)", again)
