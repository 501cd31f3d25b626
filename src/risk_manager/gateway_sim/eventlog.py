"""The venue's record of what happened since it was last asked."""

from __future__ import annotations

import copy

from risk_manager.gateway_sim.agenda import Agenda
from risk_manager.gateway_sim.model import Entity, EventKind, VenueEvent


class EventLog:
    """Collects events in venue order, each with its own copy of the entity."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._events: list[VenueEvent] = []

    def emit(self, kind: EventKind, entity: Entity, *, silent: bool = False) -> None:
        """Record the present state of `entity`; a silent event is for no hub."""
        self._events.append(VenueEvent(kind, self._agenda.now, copy.copy(entity), silent))

    def take(self) -> list[VenueEvent]:
        """Return the events recorded since the last call, oldest first."""
        events, self._events = self._events, []
        return events
