"""What an endpoint of the REST side may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from risk_manager.gateway_sim.fields import Fields
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.rest_reply import Reply
from risk_manager.gateway_sim.sessions import Sessions
from risk_manager.gateway_sim.venue import Venue
from risk_manager.gateway_sim.wire import rest_style
from risk_manager.gateway_sim.wire_text import Style


@dataclass(frozen=True, slots=True)
class Call:
    """One call that passed authentication; `token` is empty where none is needed."""

    venue: Venue
    sessions: Sessions
    token: str
    fields: Fields

    @property
    def options(self) -> ServerOptions:
        """Return the server's options."""
        return self.venue.options

    @property
    def style(self) -> Style:
        """Return how bodies are written."""
        return rest_style(self.options.forms)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A path: what answers it, the payload member it has beside the envelope, its conditions."""

    answer: Callable[[Call], Reply]
    payload: str | None = None
    method: str = "POST"
    needs_token: bool = True
    bars_limit: bool = False
