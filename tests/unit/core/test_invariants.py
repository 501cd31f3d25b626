"""The guarantees in worlds nobody wrote down: a random trader, random faults, one seed each.

RISK_MANAGER_SEEDS widens the search: `RISK_MANAGER_SEEDS=2000 pytest tests/unit/core -k seeds`.
A failing seed is replayed alone by `Chaos(seed, ...)` in tests/harness/chaos.py.
"""

import os

import pytest

from tests.harness.chaos import Chaos

WIDE = int(os.environ.get("RISK_MANAGER_SEEDS", "0"))
GROUPS = 10


def seeds(group: int, usual: int) -> range:
    """Every tenth seed, so that the tests can be spread over processes."""
    return range(group, WIDE or usual, GROUPS)


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize(
    ("faults", "kept", "usual"),
    [
        pytest.param(False, False, 20, id="calm"),
        pytest.param(True, False, 50, id="faults"),
        pytest.param(False, True, 20, id="calm, exposure kept"),
        pytest.param(True, True, 30, id="faults, exposure kept"),
    ],
)
@pytest.mark.timeout(3600)
def test_guarantees_hold_for_seeds(group, faults, kept, usual):
    judged = requests = 0
    for seed in seeds(group, usual):
        outcome = Chaos(seed, faults=faults, kept=kept).run()
        assert outcome.problems == [], f"seed {seed}: faults={faults}, kept={kept}"
        judged += outcome.judged
        requests += outcome.requests
    assert judged > 0
    assert requests > 0


@pytest.mark.parametrize("group", range(GROUPS))
@pytest.mark.parametrize("faults", [False, True])
@pytest.mark.timeout(3600)
def test_guarantees_hold_while_stops_are_managed_for_seeds(group, faults):
    """RULE-012 beside the others: no stop loosens, exceeds or outlives its position."""
    for seed in seeds(group, 20):
        outcome = Chaos(seed, faults=faults, kept=seed % 20 >= GROUPS, stops=True).run()
        assert outcome.problems == [], f"seed {seed}: faults={faults}"


@pytest.mark.parametrize(
    ("seed", "stops"), [(1078, True), (1205, False), (1235, False), (1299, True)]
)
def test_a_fill_older_than_the_look_before_explains_no_reduction_for_sure(seed, stops):
    """A ceiling fell by a fill that two looks had seen already, and what may stay was closed."""
    outcome = Chaos(seed, faults=True, kept=True, stops=stops).run()
    assert outcome.problems == []


def test_calm_end_is_quiet():
    """Once nobody acts any more only polls and questions for a price are left: no storm."""
    for seed in range(5):
        chaos = Chaos(seed, faults=True)
        chaos.run()
        late = [at for at in chaos.world.broker.calls if at > 90]
        assert len(late) <= 20, f"seed {seed}: {len(late)} calls in the last 15 s"


def test_same_seed_gives_the_same_world():
    """The engine is pure: the same events at the same instants, the same requests."""
    one, other = Chaos(5, faults=True), Chaos(5, faults=True)
    assert one.run() == other.run()
    sent = [[(s.at, s.request) for s in chaos.world.broker.sent] for chaos in (one, other)]
    assert sent[0] == sent[1]
    assert one.world.rows == other.world.rows
