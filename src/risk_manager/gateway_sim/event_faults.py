"""Lets an event through to the subscribers, or drops, doubles, delays or swaps it."""

from __future__ import annotations

from collections.abc import Callable

from risk_manager.gateway_sim.faults import Fault, FaultBox, seconds_param
from risk_manager.gateway_sim.wire_stream import HubName

Deliver = Callable[[], None]
Later = Callable[[float, Deliver], None]

DEFAULT_DELAY_S = 1.0


class EventFaults:
    """Applies the faults in force to one event at a time.

    `later` runs a function after some real seconds. A fault strikes an event once, before it is
    handed to the subscribers, so that all of them see the same.
    """

    def __init__(self, box: FaultBox, later: Later) -> None:
        self._box = box
        self._later = later
        self._held: dict[HubName, Deliver] = {}

    def pass_on(self, hub: HubName, target: str, deliver: Deliver) -> None:
        """Deliver an event the way the faults in force have it."""
        if self._box.active("freeze", hub, "both") is not None:
            return
        if self._box.strike("drop", target) is not None:
            return
        delay = self._box.strike("delay", target)
        if delay is not None:
            self._later(seconds_param(delay.params, "delay_s", DEFAULT_DELAY_S), deliver)
            return
        if hub not in self._held:
            swap = self._box.strike("reorder", target)
            if swap is not None:
                self._hold(hub, swap, deliver)
                return
        deliver()
        if self._box.strike("duplicate", target) is not None:
            deliver()
        self._release(hub)

    def forget(self) -> None:
        """Drop what is held back."""
        self._held.clear()

    def _hold(self, hub: HubName, swap: Fault, deliver: Deliver) -> None:
        """Keep an event until the next one of its hub has gone out, or for a second."""
        self._held[hub] = deliver

        def release_this() -> None:
            if self._held.get(hub) is deliver:
                self._release(hub)

        self._later(seconds_param(swap.params, "delay_s", DEFAULT_DELAY_S), release_this)

    def _release(self, hub: HubName) -> None:
        held = self._held.pop(hub, None)
        if held is not None:
            held()
