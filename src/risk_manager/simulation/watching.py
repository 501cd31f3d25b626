"""What somebody outside the engine may watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from risk_manager.domain.events import Event
from risk_manager.enforcement.step import Step
from risk_manager.gateway_sim.model import VenueEvent
from risk_manager.state.stored_state import StoredState
from risk_manager.state.writes import Write

if TYPE_CHECKING:
    from risk_manager.simulation.broker import Sent


class Watcher:
    """Override what is of interest."""

    def on_venue(self, happened: VenueEvent) -> None:
        """Something changed at the venue."""

    def on_hub_event(self, happened: VenueEvent) -> None:
        """The daemon is about to hear of a change from the hub."""

    def on_read(self, part: str) -> None:
        """The venue answers a part of a read."""

    def on_event(self, event: Event) -> None:
        """The engine is about to take an event."""

    def on_step(self, step: Step) -> None:
        """The engine took an event; its requests have not left yet."""

    def on_sent(self, sent: Sent) -> None:
        """A changing request left."""

    def before_accept(self, sent: Sent) -> None:
        """A changing request has reached the venue."""

    def after_accept(self, sent: Sent) -> None:
        """The venue has carried it out, or refused it."""

    def on_commit(self, writes: Sequence[Write]) -> None:
        """Rows have reached the database."""

    def on_start(self, kept: StoredState) -> None:
        """A daemon starts, with what its database holds."""

    def on_death(self) -> None:
        """The daemon was killed in the middle of a step."""

    def on_fault(self, kind: str) -> None:
        """A fault has struck."""
