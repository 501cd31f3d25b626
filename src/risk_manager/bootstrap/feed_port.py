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
from risk_manager.domain.events import Event, HubLost, QuoteChanged
from risk_manager.domain.requests import FeedRequest, RebuildHub
from risk_manager.utils.clock import MachineClock
from risk_manager.utils.watched_thread import OnCrash


class HubFeed:
    """What both hub threads call with each event: the inbox, bounded, under the hub's name.

    `silent` hears of a hub that was given up because nothing came: for how many seconds.
    """

    def __init__(self, inbox: Inbox, silent: Callable[[float], None]) -> None:
        self._user = inbox.port("user")
        self._market = inbox.port("market")
        self._silent = silent

    def __call__(self, event: Event) -> None:
        """Deliver one event; quotes come from the market hub, all else counts as the user's."""
        if type(event) is QuoteChanged:
            self._market(event)
            return
        if isinstance(event, HubLost) and event.silent_s > 0:
            self._silent(event.silent_s)
        self._user(event)


class LiveFeed:
    """Both hubs, and the keeper that renews their token in time.

    What shows that the line itself is broken (a silent hub, a sleep) puts REST's idle connections
    in doubt, too: a dead one would cost the read that follows its whole time limit.
    """

    def __init__(
        self,
        topstepx: TopstepX,
        accounts: Sequence[WatchedAccount],
        gateway: RestGateway,
        inbox: Inbox,
        is_break: Callable[[], bool],
        on_crash: OnCrash,
    ) -> None:
        self._gateway = gateway
        self._mono = MachineClock().mono
        self.hubs = HubManager(
            user_hub=topstepx.user_hub,
            market_hub=topstepx.market_hub,
            account_ids=[item.id for item in accounts],
            tokens=gateway.token,
            deliver=HubFeed(inbox, self._doubt_rest),
            mono=self._mono,
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

    def apply(self, request: FeedRequest) -> None:
        """Change the quote subscriptions or rebuild a hub; with `both` nothing is trusted."""
        if isinstance(request, RebuildHub) and request.hub == "both":
            self._doubt_rest(0.0)
        self.hubs.apply(request)

    def _doubt_rest(self, silent_s: float) -> None:
        self._gateway.doubt(self._mono() - silent_s)

    def stop(self) -> None:
        """End the threads."""
        self._tokens.stop()
        self.hubs.stop()
