"""A virtual world whose daemon can die, sleep and be configured anew, with a real database.

What the loop of the product does around the engine is done here in the same order: commit, then
send, then the rows that may follow. The process may be killed before or after any of it; what was
committed is all that a restart finds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from risk_manager.core.assembly import Restored
from risk_manager.core.store_keeper import TRUSTED_INSTANT
from risk_manager.domain.events import Event, Started, TradeExecuted
from risk_manager.domain.requests import ActionRequest, Command
from risk_manager.simulation.clocks import Clocks
from risk_manager.simulation.hub import CONNECT_MS
from risk_manager.simulation.memory_store import MemoryStore
from risk_manager.simulation.setup import ACCOUNT, Sections, engine_of
from risk_manager.simulation.world import World
from risk_manager.state.writes import DropActiveConfig, PutMeta, Write
from risk_manager.utils.datetime_helpers import format_instant, parse_instant

LATE_MS = 50
KILLS = {"write": "kill at a write", "written": "kill after a write", "send": "kill at a send"}


class Killed(Exception):  # noqa: N818 - no error of anybody: the process is gone
    """The process ends here and now."""


class GuardedWorld(World):
    """`committed` lists every row that reached the database, in order."""

    def __init__(self, rules: Sections, **options: Any) -> None:
        super().__init__(rules, **options)
        self.store = MemoryStore()
        self.clocks = Clocks(self.time)
        self.idle_tick_s: float | None = None
        self.restored: Restored | None = None
        self.starts = 0
        self.killed_at = ""
        self.usual_options = self.exchange.options
        self.day_began = self.time.now
        self._kill_in: dict[str, int] = {}
        self._late: list[Write] = []
        self._asleep: list[Event] | None = None
        self._last_tick = 0

    @property
    def rules(self) -> Sections:
        """The sections in force."""
        return self._rules

    def kill_soon(self, kind: str, number: int) -> None:
        """The process dies at a write, before it (`write`) or after (`written`), or at a `send`."""
        self._kill_in = {kind: number}

    def boot(self, rules: Sections | None = None) -> None:
        """Start the daemon from what the database holds, perhaps with other rules."""
        if self.engine is not None:
            self.kill()
        if rules is not None:
            # As after a change that has waited its time: the files and what is stored agree.
            self._rules = rules
            self.store.commit([DropActiveConfig(ACCOUNT)])
        kept = self.store.load()
        floor = kept.meta.get(TRUSTED_INSTANT)
        self.clocks.begin(None if floor is None else parse_instant(floor))
        self.restored = Restored.of(kept)
        self.starts += 1
        for watcher in self.watchers:
            watcher.on_start(kept)
        self.engine = engine_of(self._rules, self._settings, self.restored)
        self.deliver(Started())
        self.time.after(CONNECT_MS, self.hub.connect)

    def kill(self) -> None:
        self._late, self._asleep, self._kill_in = [], None, {}
        super().kill()

    def step_wall(self, seconds: float) -> None:
        """Somebody sets the wall clock; the loop notices in its next turn."""
        watch = self.clocks.watch()
        self.clocks.step_wall(seconds)
        jump = watch.check()
        if jump is not None:
            self.deliver(jump)

    def sleep(self, seconds: float, *, mono_stops: bool) -> None:
        """The machine sleeps; its connections die meanwhile. It wakes `seconds` later."""
        if self._asleep is not None or self.engine is None:
            return
        self._asleep = []
        watch, life = self.clocks.watch(), self.time.life
        for hub in ("market", "user"):
            self.hub.lose(hub=hub)

        def wake() -> None:
            if life != self.time.life or self._asleep is None:
                return
            if mono_stops:
                self.time.stand_still(seconds)
            waiting, self._asleep = self._asleep, None
            jump = watch.check()
            for event in (*([] if jump is None else [jump]), *waiting):
                self.deliver(event)
            self.time.after(CONNECT_MS, self.hub.connect)

        self.time.at(self.t + seconds, wake)

    def deliver(self, event: Event) -> None:
        if self._asleep is not None:
            self._asleep.append(event)
            return
        if isinstance(event, TradeExecuted) and self.engine is not None:
            self.clocks.trusted.observe_event(event.trade.at, self.time.mono)
        try:
            super().deliver(event)
        except Killed:
            self.kill()
            for watcher in self.watchers:
                watcher.on_death()

    def observe_date(self, requested_mono: float) -> None:
        if self._asleep is None:
            self.clocks.observe(requested_mono)

    def trusted_now(self) -> datetime:
        return self.clocks.now()

    def _commit(self, writes: Sequence[Write]) -> None:
        if not writes:
            return
        self._strike("write")
        self._keep(writes)
        self._strike("written")

    def _keep(self, writes: Sequence[Write]) -> None:
        self.store.commit(writes)
        for watcher in self.watchers:
            watcher.on_commit(writes)

    def _commit_late(self, writes: Sequence[Write]) -> None:
        if not writes:
            return
        if not self._late:
            self.time.after(LATE_MS, self._write_late)
        self._late.extend(writes)

    def _write_late(self) -> None:
        late, self._late = self._late, []
        self._keep([*late, PutMeta(TRUSTED_INSTANT, format_instant(self.trusted_now()))])

    def _send(self, request: ActionRequest | Command) -> None:
        self._strike("send")
        super()._send(request)

    def _strike(self, kind: str) -> None:
        left = self._kill_in.get(kind)
        if left is None:
            return
        self._kill_in[kind] = left - 1
        if left == 0:
            self._kill_in = {}
            self.killed_at = KILLS[kind]
            raise Killed

    def _engine_due(self) -> int:
        """While nothing goes on, the clock is looked at less often: idle hours are skipped."""
        due = super()._engine_due()
        if self._asleep is not None:
            return 2**62
        if self.idle_tick_s is None:
            return due
        return max(due, self._last_tick + round(self.idle_tick_s * 1e6))

    def _tick(self) -> None:
        self._last_tick = self.time.us
        super()._tick()
