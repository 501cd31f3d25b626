"""A simulated week: five trading days with three hours of activity each, from one seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from risk_manager.simulation.calendar import ACTIVE, DAYS
from risk_manager.simulation.checks import Checks
from risk_manager.simulation.digest import Digest
from risk_manager.simulation.week_world import WeekWorld

TRIPS_A_DAY = (8, 11)
BAD_SHARE = 0.7
IDLE_TICK_S, PAUSE_TICK_S, QUIET_TICK_S = 900.0, 60.0, 10.0
SETTLE_S = 75.0
"""After this much quiet every lost event has been found by a poll."""


@dataclass(slots=True)
class Outcome:
    """What a seed brought about; `problems` say which guarantee broke, when and how."""

    seed: int
    problems: list[str]
    faults: dict[str, int]
    round_trips: int
    rules: tuple[str, ...]
    requests: int
    starts: int
    locks: int
    decisions: str
    state: str
    notes: dict[str, float] = field(default_factory=dict)


class Week:
    """One seed's week, or its first `days` only."""

    def __init__(self, seed: int, days: int = DAYS) -> None:
        self.seed = seed
        self._days = days
        self.world = WeekWorld(seed)
        self.digest = Digest(self.world)
        self.checks = Checks(self.world)
        self.world.watchers.append(self.digest)
        self.rules: dict[str, None] = dict.fromkeys(self.world.rules)

    def run(self) -> Outcome:
        """Live through it, until the first guarantee is broken."""
        world = self.world
        world.boot()
        if world.calendar.changes_clocks:
            world.faults.note("daylight saving", 0)
        for number, start in enumerate(world.calendar.starts[: self._days]):
            self._rest_until(start, IDLE_TICK_S)
            if number == 2:
                world.roll(world.source.choice(["MNQ", "ES", "NQ"]))
            self._day(start)
            if self.checks.problems:
                break
        else:
            self._rest_until(world.time.now + timedelta(minutes=5), PAUSE_TICK_S)
            self.checks.finish()
        return self.outcome()

    def _day(self, start: datetime) -> None:
        """Three hours: trips to the market with pauses between them."""
        world, trips = self.world, self.world.source.integer(*TRIPS_A_DAY)
        for number in range(trips):
            begin = start + ACTIVE * number / trips
            begin += timedelta(
                seconds=world.source.between(0, 0.4) * ACTIVE.total_seconds() / trips
            )
            self._rest_until(begin, PAUSE_TICK_S)
            self._trip()
            if self.checks.problems:
                return
        self._rest_until(start + ACTIVE, PAUSE_TICK_S)

    def _trip(self) -> None:
        world = self.world
        bad = world.source.chance(BAD_SHARE)
        world.faults.is_bad = bad
        if bad:
            for _ in range(world.source.integer(1, 4)):
                at = world.t + world.source.between(0, 30)
                world.time.at(at, world.incidents.strike)
        if world.source.chance(0.04):
            world.exchange.set_account(10001, can_trade=False)
            back = world.t + world.source.between(20, 400)
            world.time.at(back, lambda: world.exchange.set_account(10001, can_trade=True))
        world.persona.trip()
        world.faults.is_bad = False
        self.rules.update(dict.fromkeys(world.rules))
        world.run(world.source.between(1, 8))

    def _rest_until(self, instant: datetime, tick_s: float) -> None:
        """Nothing happens but what the daemon does by itself; quiet time is skipped."""
        world = self.world
        if world.time.us_of(instant) <= world.time.us:
            return
        while not world.persona.is_done and world.time.us_of(instant) - world.time.us > 60_000_000:
            world.run(20.0)
            world.persona.tidy()
        quiet = min(world.t + SETTLE_S, world.time.us_of(instant) / 1e6)
        world.idle_tick_s = QUIET_TICK_S
        world.run_to(quiet)
        self.checks.calm()
        world.idle_tick_s = tick_s
        world.run_to(max(world.time.us_of(instant) / 1e6 - 2, world.t))
        world.idle_tick_s = None
        world.run_to(world.time.us_of(instant) / 1e6)

    def outcome(self) -> Outcome:
        """What came of it so far."""
        world = self.world
        return Outcome(
            seed=self.seed,
            problems=self.checks.problems,
            faults=dict(world.faults.counts),
            round_trips=world.round_trips,
            rules=tuple(self.rules),
            requests=len(world.broker.sent),
            starts=world.starts,
            locks=self.checks.locks_seen,
            decisions=self.digest.decisions(),
            state=self.digest.state(),
            notes=self.checks.notes,
        )
