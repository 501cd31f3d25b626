"""The fixed set of simulated weeks: the guarantees hold, and the weeks are as hard as they say.

RISK_MANAGER_WEEKS sets how many weeks are run; a failing one is replayed by the command it prints.
"""

import os

import pytest

from risk_manager.rules import RULES_BY_SECTION
from risk_manager.simulation.faults import KINDS
from risk_manager.simulation.runner import run_logged

WEEKS = int(os.environ.get("RISK_MANAGER_WEEKS", "24"))
JOBS = 2


@pytest.mark.timeout(3600)
def test_the_guarantees_hold_in_the_fixed_set_of_weeks():
    told: list[int] = []
    totals = run_logged(range(WEEKS), JOBS, None, lambda outcome: told.append(outcome.seed))
    assert totals.failed == {}
    assert told == list(range(WEEKS))
    assert totals.fewest_round_trips is not None
    assert totals.fewest_round_trips >= 40
    assert totals.faults.total() >= 300 * WEEKS
    assert [kind for kind in KINDS if not totals.faults[kind]] == []
    assert [section for section in RULES_BY_SECTION if not totals.rules[section]] == []
    assert totals.locks > 0
