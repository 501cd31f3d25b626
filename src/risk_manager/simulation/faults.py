"""The faults of a week, by name, with how often each of them struck.

A fault counts when it strikes: when a request or an event really met it. `clear_at` is when, in
seconds of the world, the effect of the last one is over by the product's own timetable.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from risk_manager.domain.requests import (
    BrokerRequest,
    CancelOrder,
    ClosePosition,
    ReducePosition,
    TakeSnapshot,
)
from risk_manager.gateway_sim.model import VenueEvent
from risk_manager.simulation.fates import (
    LOST_AFTER,
    LOST_BEFORE,
    LOST_HALF,
    SERVED,
    SERVER_ERROR,
    THROTTLED,
    UNAUTHORIZED,
    Fate,
    refused,
)
from risk_manager.simulation.seeded import SeededSource

if TYPE_CHECKING:
    from risk_manager.simulation.guarded_world import GuardedWorld

EVENT_SHARE, REQUEST_SHARE = 0.16, 0.18
BLIND_S: Final = 61.0
"""The longest pause between two reads: an event lost on a healthy hub is found then."""
DEFERRED_S: Final = 33.0
"""A close refused as if the market were closed is tried again after half a minute."""
READ_S: Final = 16.0
RENEWAL_MS = 400

EVENT_KINDS = ("drop", "duplicate", "reorder", "delay")
REQUEST_KINDS = (
    *("rest delay", "timeout before", "timeout after", "timeout half-way"),
    *("429 burst", "401", "500", "success:false"),
)
DUE_KINDS = (
    *("freeze user hub", "freeze market hub", "close user hub", "close market hub"),
    *("partial fills", "late fill", "moved while read", "crossing stop", "lying empty list"),
    *("voided trade", "silent order", "suspended children", "contract roll", "market closed"),
    *("kill at a write", "kill after a write", "kill at a send"),
    *("wall clock stepped", "sleep", "daylight saving", "config changed"),
)
KINDS: Final = (*EVENT_KINDS, *REQUEST_KINDS, *DUE_KINDS)


class Faults:
    """Draws the fate of every request and event while `is_bad`."""

    def __init__(self, world: GuardedWorld, source: SeededSource) -> None:
        self._world = world
        self._source = source
        self.counts: Counter[str] = Counter()
        self.clear_at = float("-inf")
        self.is_bad = False
        self._throttled_until = float("-inf")
        world.fates.draw = self._draw
        world.fates.draw_event = self._draw_event

    def note(self, kind: str, effect_s: float) -> None:
        """A fault struck; its effect is over after so many seconds."""
        assert kind in KINDS, kind
        self.counts[kind] += 1
        self.clear_at = max(self.clear_at, self._world.t + effect_s)
        for watcher in self._world.watchers:
            watcher.on_fault(kind)

    def _draw(self, request: BrokerRequest) -> Fate:
        if self._world.t < self._throttled_until:
            self.note("429 burst", 12)
            return THROTTLED
        if not self.is_bad or not self._source.chance(REQUEST_SHARE):
            return SERVED
        kind = self._source.choice(REQUEST_KINDS)
        if isinstance(request, TakeSnapshot):
            self.note(kind, READ_S)
            return self._of_read(kind)
        self.note(kind, DEFERRED_S if kind == "success:false" else 12)
        return self._of_action(kind, request)

    def _of_read(self, kind: str) -> Fate:
        part = self._source.choice([None, "orders", "positions"])
        match kind:
            case "rest delay":
                return Fate(out_ms=self._source.integer(300, 1500), back_ms=700)
            case "401":
                return Fate(out_ms=RENEWAL_MS)  # renewed once, then asked again
            case "429 burst":
                return self._burst()
            case "500" | "success:false":
                return Fate(refused(1).way, part=part)
            case "timeout half-way":
                return Fate(LOST_BEFORE.way, part="positions")
            case _:
                return LOST_BEFORE

    def _of_action(self, kind: str, request: BrokerRequest) -> Fate:
        match kind:
            case "rest delay":
                return Fate(out_ms=self._source.integer(100, 900), back_ms=900)
            case "timeout before":
                return LOST_BEFORE
            case "timeout after":
                return LOST_AFTER
            case "timeout half-way":
                return LOST_HALF
            case "429 burst":
                return self._burst()
            case "401":
                return UNAUTHORIZED if self._source.chance(0.3) else Fate(out_ms=RENEWAL_MS)
            case "500":
                return SERVER_ERROR
            case _:
                return self._refusal(request)

    def _refusal(self, request: BrokerRequest) -> Fate:
        if isinstance(request, ClosePosition | ReducePosition):
            return self._source.choice([refused(5, "rejected"), refused(6), refused(7)])
        codes = (3, 5) if isinstance(request, CancelOrder) else (7, 6)
        return refused(self._source.choice(codes))

    def _burst(self) -> Fate:
        self._throttled_until = self._world.t + self._source.between(0.1, 2.0)
        return THROTTLED

    def _draw_event(self, happened: VenueEvent, usual: int) -> list[int]:
        if not self.is_bad or not self._source.chance(EVENT_SHARE):
            return [usual]
        kind = self._source.choice(EVENT_KINDS)
        late = usual + self._source.integer(100, 4000)
        if kind == "drop":
            self.note(kind, BLIND_S)
            return []
        if kind == "reorder":
            late = usual + self._source.integer(1, 60)
        self.note(kind, late / 1000)
        return [usual, late] if kind == "duplicate" else [late]
