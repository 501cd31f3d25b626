"""A replay is the same in every process and on every Python: decisions and what they left.

`golden.json` holds the first day of twenty weeks. After a change that makes the engine decide
otherwise, `python -m tests.unit.simulation.test_replay` writes it anew: look first why it changed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from risk_manager.simulation.week import Week

GOLDEN = Path(__file__).with_name("golden.json")
SEEDS, GROUPS = 20, 4


def first_day(seed: int) -> dict[str, str]:
    """The hashes of a week's first day."""
    outcome = Week(seed, days=1).run()
    return {"decisions": outcome.decisions, "state": outcome.state}


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.timeout(600)
def test_days_are_as_recorded(group):
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert len(golden) == SEEDS
    for seed in range(group, SEEDS, GROUPS):
        assert first_day(seed) == golden[str(seed)], f"seed {seed}"


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
@pytest.mark.timeout(300)
def test_the_order_of_sets_decides_nothing(hash_seed):
    """Another process hashes text otherwise, so its sets have another order."""
    script = "import sys; from tests.unit.simulation.test_replay import *; print(first_day(3))"
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[3], env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == repr(first_day(3))


if __name__ == "__main__":
    found = {str(seed): first_day(seed) for seed in range(SEEDS)}
    GOLDEN.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
