"""The checkers can fail: each planted defect is found, by the week that finds it first."""

import pytest

from risk_manager.simulation.runner import run_week
from tests.harness import planted

FOUND_BY = {
    planted.lost_lock: (0, "G6"),
}


@pytest.mark.parametrize(
    ("defect", "seed", "guarantee"),
    [(d, *f) for d, f in FOUND_BY.items()],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_planted_defect_is_found(monkeypatch, defect, seed, guarantee):
    defect(monkeypatch)
    problems = run_week(seed).problems
    assert any(guarantee in problem for problem in problems), problems
