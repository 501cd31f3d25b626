"""A virtual world: the real pure engine against the pure simulated exchange, on one clock.

No socket, no thread, no waiting: time jumps from one thing that is due to the next. Requests go
through `broker.py`, news through `hub.py`; `fates.py` says what goes wrong on the way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from risk_manager.core.assembly import Restored
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.domain.command_events import CommandAnswer
from risk_manager.domain.events import Event, Stamp, Started, TimerFired
from risk_manager.domain.locks import Lockout
from risk_manager.domain.records import EnforcementRecord, Notice
from risk_manager.domain.requests import ActionRequest, Command
from risk_manager.enforcement.step import Step
from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.model import VenueEvent
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.simulation.broker import VirtualBroker
from risk_manager.simulation.hub import CONNECT_MS, VirtualHub
from risk_manager.simulation.setup import ACCOUNT, START, Sections, engine_of, stored
from risk_manager.simulation.timeline import Timeline
from risk_manager.simulation.trader import Trader
from risk_manager.simulation.watching import Watcher
from risk_manager.state.writes import Write

FAR, BUSY_TICKS = 2**62, 50  # more ticks than that without time passing is a loop that spins


class World:
    """One account, one engine, one exchange.

    Milliseconds: `out_ms` to the venue, `back_ms` back, `hub_ms` for an event; by `lag` seconds
    trusted time trails. `rows`, `notices`, `records`, `answers`: stored, said, logged, answered.
    """

    def __init__(
        self,
        rules: Sections,
        *,
        start: datetime = START,
        seed: int = 7,
        out_ms: int = 5,
        back_ms: int = 5,
        hub_ms: int = 10,
        lag: float = 0.0,
        settings: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("stop_slip_ticks", 0)
        self.time = Timeline(start)
        self.exchange = Exchange(seed=seed, start=start, options=ExchangeOptions(**options))
        self.exchange.take_events()
        self.broker = VirtualBroker(self, out_ms=out_ms, back_ms=back_ms)
        self.fates = self.broker.fates
        self.hub = VirtualHub(self, hub_ms)
        self.trader = Trader(self)
        self.watchers: list[Watcher] = []
        self.rows: list[tuple[float, Write]] = []
        self.notices: list[tuple[float, Notice]] = []
        self.records: list[tuple[float, EnforcementRecord]] = []
        self.answers: list[CommandAnswer] = []
        self.engine: RiskEngine | None = None
        self._rules, self._settings = rules, dict(settings or {})
        self._lag, self._sequence = timedelta(seconds=lag), 0
        self._ticked: list[int] = []

    @property
    def t(self) -> float:
        """Seconds since the start of the world."""
        return self.time.t

    @property
    def running(self) -> RiskEngine:
        """The engine, which must be running."""
        assert self.engine is not None
        return self.engine

    def net(self, contract_id: str) -> int:
        """The venue's own signed position."""
        return self.exchange.net(ACCOUNT, contract_id)

    def trusted_now(self) -> datetime:
        """The daemon's trusted time."""
        return self.time.now - self._lag

    def observe_date(self, requested_mono: float) -> None:
        """An answer tells the venue's time; here trusted time has a fixed lag."""

    def locks(self) -> list[Lockout]:
        """The locks in force by the engine's trusted time."""
        return self.running.market.locks.active(ACCOUNT, self.trusted_now())

    def start(self, restored: Restored | None = None) -> World:
        """Start the daemon; its hubs connect, and a second later it knows everything."""
        self.engine = engine_of(self._rules, self._settings, restored or Restored())
        self.deliver(Started())
        self.time.after(CONNECT_MS, self.hub.connect)
        self.run(1.0)
        return self

    def kill(self) -> None:
        """The daemon dies: what is on the wire still reaches the venue, no answer comes back."""
        self.time.life += 1
        self.engine = None
        self.hub.cut()

    def restart(self, folder: Path) -> None:
        """Start a daemon from the database that the rows so far make."""
        if self.engine is not None:
            self.kill()
        self.start(stored(folder / f"store-{self._sequence}.db", [row for _, row in self.rows]))

    def run(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.run_to(self.t + seconds)

    def run_to(self, t: float) -> None:
        """Run up to `t` seconds after the start."""
        end = round(t * 1e6)
        while (due := self._next_due()) <= end:
            self._advance(due)
            if not self.time.run_one() and self._engine_due() <= self.time.us:
                self._tick()
            self.collect()
        self._advance(end)

    def deliver(self, event: Event) -> None:
        """Hand one event to the engine and send what it causes."""
        if self.engine is None:
            return
        for watcher in self.watchers:
            watcher.on_event(event)
        stamp = self._stamp()
        self._act(self.engine.step(event, stamp))
        if (follow_up := self.engine.advance(stamp)) is not None:
            self._act(follow_up)

    def collect(self) -> None:
        """Take what happened at the venue and put it on the hub's wire."""
        for happened in self.exchange.take_events():
            self._tell(happened)

    def _tell(self, happened: VenueEvent) -> None:
        for watcher in self.watchers:
            watcher.on_venue(happened)
        self.hub.publish(happened)

    def _act(self, step: Step) -> None:
        """Store the rows, then send: the order of the daemon's loop."""
        self._commit(step.writes)
        self.notices += [(self.t, notice) for notice in step.notices]
        self.records += [(self.t, record) for record in step.records]
        self.answers += step.answers
        for watcher in self.watchers:
            watcher.on_step(step)
        for request in (*step.first_wave, *step.commands):
            self._send(request)
        self._commit_late(step.late_writes)

    def _commit(self, writes: Sequence[Write]) -> None:
        self.rows += [(self.t, write) for write in writes]
        for watcher in self.watchers:
            watcher.on_commit(writes)

    def _commit_late(self, writes: Sequence[Write]) -> None:
        self._commit(writes)

    def _send(self, request: ActionRequest | Command) -> None:
        self.broker.send(request)

    def _tick(self) -> None:
        self._ticked = [us for us in self._ticked if us == self.time.us] + [self.time.us]
        assert len(self._ticked) < BUSY_TICKS, f"the engine spins at {self.t}"
        self.deliver(TimerFired("clock"))

    def _stamp(self) -> Stamp:
        self._sequence += 1
        return Stamp(self._sequence, self.trusted_now(), self.time.mono, self.time.mono)

    def _engine_due(self) -> int:
        due_mono = math.inf if self.engine is None else self.engine.clockwork.due_mono
        return FAR if due_mono == math.inf else max(self.time.us_at(due_mono), self.time.us)

    def _next_due(self) -> int:
        planned, venue = self.time.next_due, self.exchange.next_due()
        venue_us = FAR if venue is None else self.time.us_of(venue)
        return min(self._engine_due(), FAR if planned is None else planned, venue_us)

    def _advance(self, us: int) -> None:
        self.time.us = max(us, self.time.us)
        self.exchange.advance_to(self.time.now)
        self.collect()
