"""A long run on virtual time: does anything grow that should not?

    python -m benchmarks.soak                 one simulated hour, as the tests run it
    python -m benchmarks.soak --hours 24      a simulated day

500 events per second: quotes, and a trader who acts every four seconds and breaks his rules. Memory
is compared at the same hour of two trading days, three quiet minutes after the reset: what the
engine holds (counted object by object) and what the process holds. The exchange, which remembers
everything, is counted apart.
"""

import argparse
import gc
import logging
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import psutil

from benchmarks.footprint import Footprint, footprint
from benchmarks.soak_market import Person, Prices
from benchmarks.soak_world import SoakWorld, next_reset

PER_S = 500
BEAT_US = 20_000
DEED_S, PUBLISH_S, TIDY_S = 4.0, 0.5, 1.0
QUIET_S = 180.0
DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Measure:
    """What was held at one instant; `resident` are the bytes of the process."""

    at_s: float
    engine: Footprint
    exchange: Footprint
    resident: int


@dataclass(slots=True)
class Report:
    """What a soak found."""

    measures: list[Measure] = field(default_factory=list)
    events: int = 0
    cpu_s: float = 0.0
    rows: dict[str, int] = field(default_factory=dict)
    rows_after_retention: dict[str, int] = field(default_factory=dict)
    database_bytes: int = 0
    threads_left: int = 0
    descriptors_left: int = 0
    problems: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report in words."""
        first, last = self.measures[0], self.measures[-1]
        return [
            f"{self.events:,} events, {self.cpu_s:.0f} s of processor time",
            f"engine: {first.engine} warm, {last.engine} at the end",
            f"exchange: {first.exchange} warm, {last.exchange} at the end",
            f"process: {first.resident / 2**20:.1f} MiB warm, {last.resident / 2**20:.1f} MiB",
            f"database: {self.database_bytes / 1024:,.0f} KiB, rows {self.rows}",
            f"after the retention has passed: {self.rows_after_retention}",
            f"left over: {self.threads_left} threads, {self.descriptors_left} descriptors",
            *self.problems,
        ]


class Soak:
    """One run."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.world = SoakWorld(folder, seed)
        self.person = Person(self.world, seed)
        self.prices = Prices(self.world, seed)
        self.report = Report()
        self._published: bytes = b""
        self._next_deed = self._next_publish = self._next_tidy = 0.0

    def busy(self, until_s: float) -> None:
        """Everything at full rate up to a second of the world."""
        world, per_beat = self.world, PER_S * BEAT_US // 1_000_000
        while world.t < until_s:
            if world.t >= self._next_deed:
                self._next_deed = world.t + DEED_S
                self.person.act()
            self._keep_house()
            world.run_to(world.t + BEAT_US / 1e6)
            at = world.time.now
            self.prices.look()
            for _ in range(per_beat):
                world.deliver(self.prices.quote(at))
            self.report.events += per_beat

    def idle(self, until_s: float) -> None:
        """Nobody trades and no price moves; the daemon goes on."""
        self.person.rest()
        while self.world.t < until_s:
            self._keep_house()
            self.world.run_to(min(self.world.t + 5.0, until_s))

    def reset_s(self) -> float:
        """The second of the world at which the present trading day ends."""
        return self.world.time.us_of(next_reset(self.world.time.now)) / 1e6

    def measure(self) -> None:
        """Note what is held now."""
        gc.collect()
        world = self.world
        held = footprint(world.held())
        venue = footprint([world.exchange])
        resident = psutil.Process().memory_info().rss
        self.report.measures.append(Measure(world.t, held, venue, resident))

    def _keep_house(self) -> None:
        world = self.world
        if world.t >= self._next_publish:
            self._next_publish = world.t + PUBLISH_S
            self._published = world.publish()
        if world.t >= self._next_tidy:
            self._next_tidy = world.t + TIDY_S
            world.tidy()


def count_rows(soak: Soak) -> dict[str, int]:
    """Rows of every table."""
    with closing(sqlite3.connect(soak.world.store.path)) as reader:
        execute = reader.execute
        tables = execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: execute(f"SELECT count(*) FROM {name}").fetchone()[0] for (name,) in tables}


def descriptors() -> int:
    """Files, sockets and the like that this process has open."""
    process = psutil.Process()
    if sys.platform == "win32":
        return int(process.num_handles())
    else:  # noqa: RET505 - mypy checks one branch for each system
        return int(process.num_fds())


def run(folder: Path, hours: float, seed: int = 1) -> Report:
    """Warm up to the first reset, run for `hours`, and on to the same hour of another day."""
    logging.getLogger("risk_manager").setLevel(logging.CRITICAL)
    threads, opened = threading.active_count(), descriptors()
    begun = time.process_time()
    soak = Soak(folder, seed)
    with closing(soak.world):
        soak.world.start()
        soak.busy(soak.reset_s() + 60)
        soak.idle(soak.world.t + QUIET_S)
        soak.measure()
        soak.report.events = 0
        soak.busy(soak.world.t + hours * 3600)
        soak.idle(soak.reset_s() - 60)
        soak.busy(soak.reset_s() + 60 if soak.world.t < soak.reset_s() else soak.world.t)
        soak.idle(soak.world.t + QUIET_S)
        soak.measure()
        report = soak.report
        report.rows = count_rows(soak)
        report.database_bytes = sum(one.stat().st_size for one in folder.glob("state.db*"))
        soak.world.store.prune(soak.world.time.now + timedelta(days=91))
        report.rows_after_retention = count_rows(soak)
    report.problems = soak.world.problems
    report.cpu_s = time.process_time() - begun
    report.threads_left = threading.active_count() - threads
    report.descriptors_left = descriptors() - opened
    return report


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=1.0, help="simulated hours at full rate")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(run(Path(folder), chosen.hours, chosen.seed).lines()))


if __name__ == "__main__":
    main()
