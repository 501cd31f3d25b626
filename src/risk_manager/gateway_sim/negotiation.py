"""Connection ids handed out by negotiation: single-use, and gone after a while. Pure."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from risk_manager.gateway_sim.wire_stream import HubName

UNUSED_LIFE_S = 15.0
"""ASP.NET Core forgets an id that nobody connects with after this long."""


@dataclass(slots=True)
class _Offer:
    hub: HubName
    made_s: float
    in_use: bool = False


class Negotiations:
    """The ids of both hubs; `mono` gives real seconds."""

    def __init__(self, random_bytes: Callable[[int], bytes], mono: Callable[[], float]) -> None:
        self._random_bytes = random_bytes
        self._mono = mono
        self._offers: dict[str, _Offer] = {}

    def offer(self, hub: HubName, version: int) -> dict[str, Any]:
        """Return a negotiate answer: version 0 connects by id, version 1 by a secret token."""
        now = self._mono()
        self._offers = {
            key: offer
            for key, offer in self._offers.items()
            if offer.in_use or now - offer.made_s < UNUSED_LIFE_S
        }
        connection_id, token = self._random_text(), self._random_text()
        self._offers[token if version else connection_id] = _Offer(hub, now)
        members: dict[str, Any] = {
            "negotiateVersion": 1 if version else 0,
            "connectionId": connection_id,
        }
        if version:
            members["connectionToken"] = token
        transport = {"transport": "WebSockets", "transferFormats": ["Text", "Binary"]}
        return members | {"availableTransports": [transport]}

    def claim(self, hub: HubName, key: str) -> Literal[101, 404, 409]:
        """Take an id for a connection: 404 for an unknown or used one, 409 while it is in use."""
        offer = self._offers.get(key)
        if offer is None or offer.hub != hub:
            return 404
        if offer.in_use:
            return 409
        offer.in_use = True
        return 101

    def release(self, key: str) -> None:
        """Make an id unusable once its connection has ended."""
        self._offers.pop(key, None)

    def _random_text(self) -> str:
        return base64.urlsafe_b64encode(self._random_bytes(16)).rstrip(b"=").decode()
