"""Many weeks, in several processes, with a log that lets an interrupted run go on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path

from risk_manager.simulation.trace import Trace
from risk_manager.simulation.week import Outcome, Week

CHUNK = 4


@dataclass(slots=True)
class Totals:
    """What many weeks came to."""

    weeks: int = 0
    failed: dict[int, list[str]] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    round_trips: int = 0
    requests: int = 0
    starts: int = 0
    locks: int = 0
    fewest_round_trips: int | None = None

    def add(self, outcome: Outcome) -> None:
        """Count one week."""
        self.weeks += 1
        if outcome.problems:
            self.failed[outcome.seed] = outcome.problems
        self.faults.update(outcome.faults)
        self.rules.update(outcome.rules)
        self.round_trips += outcome.round_trips
        self.requests += outcome.requests
        self.starts += outcome.starts
        self.locks += outcome.locks
        trips, fewest = outcome.round_trips, self.fewest_round_trips
        self.fewest_round_trips = trips if fewest is None else min(fewest, trips)


def run_week(seed: int) -> Outcome:
    """One seed; an error of the engine itself is a broken guarantee too."""
    week = Week(seed)
    try:
        return week.run()
    except Exception as error:  # noqa: BLE001 - whatever it was, the seed must be reported
        outcome = week.outcome()
        outcome.problems.append(f"{week.world.t:.3f} internal error: {error!r}")
        return outcome


def traced_week(seed: int, lines: int) -> tuple[Outcome, Sequence[str]]:
    """One seed with the last lines before its first failure."""
    week = Week(seed)
    trace = Trace(week.world, lambda: bool(week.checks.problems), lines)
    week.world.watchers.insert(0, trace)
    return week.run(), list(trace.lines)


def run_weeks(seeds: Iterable[int], jobs: int) -> Iterator[Outcome]:
    """The outcomes in the order of the seeds."""
    if jobs <= 1:
        yield from map(run_week, seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(run_week, seeds, chunksize=CHUNK)


def run_logged(
    seeds: Sequence[int], jobs: int, log: Path | None, tell: Callable[[Outcome], None]
) -> Totals:
    """Run what the log does not hold yet, note each week in it, and count all of them."""
    totals, known = Totals(), _known(log)
    for outcome in (known[seed] for seed in seeds if seed in known):
        totals.add(outcome)
    left = [seed for seed in seeds if seed not in known]
    with log.open("a", encoding="utf-8") if log else nullcontext() as file:
        for outcome in run_weeks(left, jobs):
            totals.add(outcome)
            tell(outcome)
            if file is not None:
                file.write(json.dumps(asdict(outcome), sort_keys=True) + "\n")
                file.flush()
    return totals


def _known(log: Path | None) -> dict[int, Outcome]:
    """The weeks that a log holds; ValueError for a line that is no outcome.

    A line without its end was cut off with the process that wrote it: its week is run again.
    """
    if log is None or not log.exists():
        return {}
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    whole = [line for line in lines if line.endswith("\n")]
    if len(whole) != len(lines):
        log.write_text("".join(whole), encoding="utf-8")
    outcomes = [Outcome(**json.loads(line)) for line in whole]
    return {outcome.seed: outcome for outcome in outcomes}
