"""An hour at 500 events per second: nothing grows that should not, nothing is left over.

What the engine holds is counted at the same hour of two trading days; see benchmarks/soak.py.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.footprint import footprint
from benchmarks.soak import run

HOURS = float(os.environ.get("RISK_MANAGER_SOAK_HOURS", "1"))
PRUNED = ("trades", "locks", "intents", "enforcement_log", "dead_positions")


def test_a_footprint_counts_what_is_held_and_no_code() -> None:
    held: list[Any] = ["a", ["b", {1.5: print}]]
    assert footprint([held]).objects == 6  # two lists, a dict, two texts, a number
    assert footprint([held, held[1]]) == footprint([held])
    held.append([float(number) for number in range(1000)])
    assert footprint([held]).objects == 1007


@pytest.mark.timeout(900 + 600 * HOURS)
def test_an_hour_leaves_nothing_behind(tmp_path: Path) -> None:
    report = run(tmp_path, HOURS)
    print("\n".join(report.lines()))
    assert report.events >= 1_800_000 * HOURS
    warm, last = report.measures
    assert warm.engine.objects > 5_000  # the books are filled: this is no empty engine
    assert last.engine.objects <= 1.05 * warm.engine.objects
    assert last.engine.size <= 1.3 * warm.engine.size  # a dict that lost entries is half empty
    venue = last.exchange.size - warm.exchange.size
    assert last.resident - warm.resident - venue <= 8 * 2**20
    assert (report.threads_left, report.descriptors_left) == (0, 0)
    assert min(report.rows[table] for table in ("trades", "locks", "intents")) > 10 * HOURS
    assert [report.rows_after_retention[table] for table in PRUNED] == [0] * len(PRUNED)
    assert report.rows_after_retention["rule_memory"] < 100
    assert report.database_bytes < 16 * 2**20
