"""G9: what is unknown is shown as unknown; blind is never MONITORED, and is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from risk_manager.core.health import Trouble
from risk_manager.core.status import Facts, build_status
from risk_manager.domain.events import Event, HubConnected, HubLost, SnapshotTaken, Stamp
from risk_manager.simulation.truth import Truth
from risk_manager.simulation.watching import Watcher
from risk_manager.state.stored_state import StoredState

if TYPE_CHECKING:
    from risk_manager.enforcement.step import Step
    from risk_manager.simulation.week_world import WeekWorld


class HonestStatus(Watcher):
    """Reads what is published, after a hub went or came and when a read failed.

    Blind time is that of the monotonic clock: a machine that stops it in its sleep counts no sleep.
    """

    def __init__(self, world: WeekWorld, truth: Truth) -> None:
        self._world = world
        self._truth = truth
        self._lost_t: float | None = None
        self._blind_s = 0.0
        self._day = world.day_began
        self._asked = False
        self._read = False
        self.problems: list[str] = []

    def on_start(self, kept: StoredState) -> None:
        self._lost_t, self._blind_s, self._read = None, 0.0, False

    def on_event(self, event: Event) -> None:
        self._turn_day()
        if isinstance(event, HubLost) and event.hub == "user":
            self._lost_t = self._world.time.mono if self._lost_t is None else self._lost_t
            self._asked = True
        elif isinstance(event, HubConnected) and event.hub == "user":
            if self._lost_t is not None:
                self._blind_s += self._world.time.mono - self._lost_t
            self._lost_t = None
        elif isinstance(event, SnapshotTaken):
            self._asked = self._asked or not event.is_look
            self._read = self._read or event.is_look

    def on_step(self, _step: Step) -> None:
        """The step before is over: look at what it left."""
        if self._asked and self._world.engine is not None:
            self._asked = False
            self._compare(self._status())

    def compare(self) -> None:
        """Now, when nothing is under way."""
        if self._world.engine is not None:
            self._compare(self._status())

    def _compare(self, status: dict[str, Any]) -> None:
        is_blind = self._lost_t is not None or not self._read
        if is_blind and status["status"] == "MONITORED":
            self._broken("MONITORED while blind")
        if not self._read and any(one["realized_pnl"] is not None for one in status["accounts"]):
            self._broken("a realised P&L is shown before any read")
        running = 0.0 if self._lost_t is None else self._world.time.mono - self._lost_t
        if status["blind_s_today"] < int(self._blind_s + running) - 1:
            self._broken(f"{status['blind_s_today']} s blind, in truth {self._blind_s + running}")

    def _status(self) -> dict[str, Any]:
        mono = self._world.time.mono
        stamp = Stamp(0, self._world.trusted_now(), mono, mono)
        facts = Facts(ready=True, trusted_clock=True, trouble=Trouble(), enforcements={})
        return build_status(self._world.running, facts, stamp)

    def _turn_day(self) -> None:
        self._truth.turn_day()
        if self._world.day_began != self._day:
            self._day, self._blind_s = self._world.day_began, 0.0
            self._lost_t = None if self._lost_t is None else self._world.time.mono

    def _broken(self, what: str) -> None:
        self.problems.append(f"{self._world.t:.3f} G9: {what}")
