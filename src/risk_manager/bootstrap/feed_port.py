"""The live feed: both hubs, the token's renewal, and where their events go."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from risk_manager.api.connection_manager import HubManager
from risk_manager.api.rest_client import RestGateway
from risk_manager.api.token_keeper import TokenKeeper
from risk_manager.config.accounts import TopstepX
from risk_manager.core.assembly import WatchedAccount
from risk_manager.core.inbox import Inbox
from risk_manager.domain.events import Event, QuoteChanged
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.watched_thread import OnCrash


class HubFeed:
    """What both hub threads call with each event: the inbox, bounded, under the hub's name."""

    def __init__(self, inbox: Inbox) -> None:
        self._user = inbox.port("user")
        self._market = inbox.port("market")

    def __call__(self, event: Event) -> None:
        """Deliver one event; quotes come from the market hub, all else counts as the user's."""
        if type(event) is QuoteChanged:
            self._market(event)
        else:
            self._user(event)


class LiveFeed:
    """Both hubs, and the keeper that renews their token in time."""

    def __init__(
        self,
        topstepx: TopstepX,
        accounts: Sequence[WatchedAccount],
        gateway: RestGateway,
        inbox: Inbox,
        is_break: Callable[[], bool],
        on_crash: OnCrash,
    ) -> None:
        self.hubs = HubManager(
            user_hub=topstepx.user_hub,
            market_hub=topstepx.market_hub,
            account_ids=[item.id for item in accounts],
            tokens=gateway.token,
            deliver=HubFeed(inbox),
            mono=MachineClock().mono,
            rng=random.Random(),  # noqa: S311 - spreads reconnects, keeps no secret
        )
        self._on_crash = on_crash
        self._tokens = TokenKeeper(
            gateway.token,
            is_break=is_break,
            renewed=lambda: self.hubs.reconnect_all("token renewed"),
            on_crash=on_crash,
        )

    def start(self) -> None:
        """Connect both hubs and watch the token's age."""
        self.hubs.start(self._on_crash)
        self._tokens.start()

    def stop(self) -> None:
        """End the threads."""
        self._tokens.stop()
        self.hubs.stop()
