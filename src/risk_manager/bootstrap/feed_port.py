"""Puts the hubs' events into the inbox, bounded, each under its hub's name."""

from __future__ import annotations

from risk_manager.core.inbox import Inbox
from risk_manager.domain.events import Event, QuoteChanged


class HubFeed:
    """What both hub threads call with each event."""

    def __init__(self, inbox: Inbox) -> None:
        self._user = inbox.port("user")
        self._market = inbox.port("market")

    def __call__(self, event: Event) -> None:
        """Deliver one event; quotes come from the market hub, all else counts as the user's."""
        if type(event) is QuoteChanged:
            self._market(event)
        else:
            self._user(event)
