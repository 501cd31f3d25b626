"""The loop: take one event, stamp it, step, commit, act, publish. One thread owns all state."""

from __future__ import annotations

import logging
import threading
from collections import deque
from datetime import datetime

from risk_manager.core.clock_watch import ClockWatch
from risk_manager.core.outside import Outside
from risk_manager.core.risk_engine import RiskEngine
from risk_manager.core.spare_time import SpareTime
from risk_manager.domain.event_facts import venue_time
from risk_manager.domain.events import (
    Event,
    ServerTimeSeen,
    Stamp,
    Started,
    StoreChanged,
    StreamLossy,
    TimerFired,
    TokenChanged,
)
from risk_manager.domain.records import Level, Notice
from risk_manager.domain.requests import (
    RebuildHub,
    WatchQuotes,
)
from risk_manager.enforcement.step import Step

MAX_WAIT_S = 0.25
ADVANCE_S = 0.01
FAILING_S = 60.0

_log = logging.getLogger("risk_manager.daemon")


class Daemon:
    """Runs the engine until told to stop."""

    def __init__(self, engine: RiskEngine, outside: Outside) -> None:
        self.engine = engine
        self._out = outside
        self._sequence = 0
        self._spare = SpareTime(outside)
        self._advanced_mono = float("-inf")
        self._clocks = ClockWatch(outside.clock.wall, outside.clock.mono, MAX_WAIT_S)
        self._failed: deque[float] = deque(maxlen=5)
        self.token_problem: str | None = None

    def now(self) -> datetime:
        """Trusted now; the loop only runs once time is anchored."""
        now = self._out.trusted.now(self._out.clock.mono())
        if now is None:
            raise RuntimeError("the loop runs without a time anchor")
        return now

    def run(self, stop: threading.Event) -> None:
        """Take events until `stop` is set."""
        self._out.inbox.wake_at(stop)
        self._clocks.check()  # what the start took is no jump
        self.take(Started(), self._out.clock.mono())
        while not stop.is_set():
            item = self._out.inbox.get(self._spare.wait_s(self._wait_s()))
            jump = self._clocks.check()
            if jump is not None:
                self.take(jump, self._out.clock.mono())
            if item is not None:
                self.take(*item)
            elif self._out.clock.mono() >= self.engine.clockwork.due_mono:
                self.take(TimerFired("clock"), self._out.clock.mono())
            self._out.keeper.retry_if_due(self.now())
            if (problem := self._out.keeper.lasting) is not None:
                self._alarm("store", f"nothing is stored, acting from memory: {problem}")
            self._out.keeper.write_late(self.now(), idle=item is None)
            self._spare.use(quiet=item is None)
        self._spare.tell()

    def take(self, event: Event, received_mono: float) -> None:
        """Handle one event completely."""
        out = self._out
        if isinstance(event, ServerTimeSeen):
            out.trusted.observe_date(
                event.date, event.requested_mono, event.answered_mono, out.clock.wall()
            )
        elif (at := venue_time(event)) is not None:
            # Not when it was received: merged quotes have the first one's arrival.
            out.trusted.observe_event(at, out.clock.mono())
        elif isinstance(event, TokenChanged):
            self._note_token(event)
        elif isinstance(event, StoreChanged):
            self._note_store(event)
        self._sequence += 1
        stamp = Stamp(self._sequence, self.now(), out.clock.mono(), received_mono)
        out.journal.record(stamp, event)
        try:
            if not isinstance(event, ServerTimeSeen):  # that one moves the clock only
                self._act(self.engine.step(event, stamp))
            self._follow_up(stamp)
        except Exception as error:  # noqa: BLE001 - guarding goes on from broker truth
            self._recover(error, stamp)
        out.note_slow(event, stamp.mono)

    def _follow_up(self, stamp: Stamp) -> None:
        """What the clock brings about; while events queue up, once in ten milliseconds."""
        crowded = self._out.inbox.depth > 0 and stamp.mono - self._advanced_mono < ADVANCE_S
        step = None if crowded else self.engine.advance(stamp)
        if step is not None:
            self._advanced_mono = stamp.mono
            self._act(step)

    def _recover(self, error: Exception, stamp: Stamp) -> None:
        """A step failed: say so loudly, build the engine anew from the store, read everything.

        A half-done step may have left an action or a lock in memory that never left or never
        was stored. Raises the error once five steps failed within a minute.
        """
        self._failed.append(stamp.mono)
        if len(self._failed) == self._failed.maxlen and stamp.mono - self._failed[0] < FAILING_S:
            raise error
        _log.error("step %d failed", stamp.sequence, exc_info=error)
        text = f"internal error ({type(error).__name__}); reading everything again"
        self._out.notices.note([Notice(Level.ALARM, None, "internal", text)], stamp.mono)
        self.engine = self._out.rebuild(self.engine)
        for event in (Started(), StreamLossy("engine", 1)):
            self.take(event, stamp.mono)

    def _act(self, step: Step) -> None:
        """Commit, then send: first wave from this thread, the rest through the workers.

        Telling of it, and what the feed shall do, can wait.
        """
        out = self._out
        if step.writes:
            # Lines of the log ride along: so no close is begun or ended without its line.
            out.keeper.commit([*step.writes, *step.late_writes], step.stamp.now)
        if step.first_wave:
            out.executor.first_wave(step.first_wave)
        for command in step.commands:
            if not isinstance(command, (WatchQuotes, RebuildHub)):
                out.executor.submit(command, command.priority)
        if step.late_writes and not step.writes:
            out.keeper.later(step.late_writes)
        for onlooker in out.onlookers:
            onlooker.saw(step)
        self._spare.later(step)

    def _wait_s(self) -> float:
        """Seconds the inbox may wait: until the next due instant, at most a quarter second."""
        dues = [self.engine.clockwork.due_mono, self._out.keeper.due_mono]
        due = min(due for due in dues if due is not None)
        return min(max(due - self._out.clock.mono(), 0.0), MAX_WAIT_S)

    def _note_store(self, event: StoreChanged) -> None:
        """Say it once for each change; the status shows it while it lasts."""
        self._spare.note_change()
        if event.problem is None:
            _log.info("the database takes rows again")
        else:
            _log.error("the database fails, acting from memory: %s", event.problem)

    def _note_token(self, event: TokenChanged) -> None:
        self.token_problem = event.problem
        self._spare.note_change()
        if event.problem is not None:
            self._alarm("token", f"login or token renewal fails: {event.problem}")

    def _alarm(self, subject: str, text: str) -> None:
        notice = Notice(Level.ALARM, None, subject, text)
        self._out.notices.note([notice], self._out.clock.mono())
