"""Random kill -9 under load, a few; thousands by `python -m tests.integration.kill_run`."""

import pytest

from tests.integration.kill_run import RULES, KillRun


@pytest.mark.timeout(180)
def test_random_kills_under_load_lose_nothing(make_world):
    run = KillRun(make_world(RULES, started=False), seed=20260309)
    for _ in range(3):
        run.kill_once()
