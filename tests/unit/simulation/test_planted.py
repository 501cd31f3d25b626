"""The checkers can fail: each planted defect is found, by the first week that finds it.

A defect may break more than one guarantee; one of those it breaks in that week is named here.
"""

from collections.abc import Callable

import pytest

from risk_manager.simulation.runner import run_week
from tests.harness import planted, planted_state

Found = tuple[Callable[[pytest.MonkeyPatch], None], int, str]

FOUND_BY: tuple[Found, ...] = (
    (planted.lost_lock, 0, "G6"),
    (planted.double_close, 0, "G2"),
    (planted.stop_cancelled_early, 0, "G3"),
    (planted.event_filter, 15, "G5"),
    (planted.swallowed_exception, 10, "G4"),
    (planted.skipped_reconcile, 0, "G8"),
    (planted.close_repeated_without_a_look, 10, "G2"),
    (planted.loss_counted_twice, 0, "G5"),
    (planted.reduction_decided_twice, 7, "G2"),
    (planted.gate_looks_away, 0, "G1"),
    (planted.gate_is_slow, 0, "G1"),
    (planted.intents_are_not_stored, 0, "G6"),
    (planted.one_look_too_little, 0, "end"),
    (planted.nothing_is_repeated, 1, "G4"),
    (planted_state.reset_ends_every_lock, 0, "G7"),
    (planted_state.shorter_lock_wins, 0, "G7"),
    (planted_state.restart_forgets_locks, 0, "G5"),
    (planted_state.wall_clock_is_trusted, 0, "G5"),
    (planted_state.cap_is_one_too_large, 1, "G4"),
    (planted_state.loss_on_opening_fills_only, 0, "G4"),
    (planted_state.old_price_is_kept, 8, "G5"),
    (planted_state.old_day_is_never_read_again, 0, "G8"),
    (planted_state.blind_and_content, 0, "G9"),
    (planted_state.void_is_ignored, 0, "G8"),
    (planted_state.sign_is_lost, 0, "G5"),
)


@pytest.mark.parametrize(
    ("defect", "seed", "guarantee"), FOUND_BY, ids=[found[0].__name__ for found in FOUND_BY]
)
@pytest.mark.timeout(600)
def test_planted_defect_is_found(monkeypatch, defect, seed, guarantee):
    defect(monkeypatch)
    problems = run_week(seed).problems
    assert any(f" {guarantee}: " in problem for problem in problems), problems


def test_every_planted_defect_is_looked_for():
    known = {
        found
        for module in (planted, planted_state)
        for found in vars(module).values()
        if callable(found) and getattr(found, "__module__", "") == module.__name__
    }
    defects = {found for found in known if not isinstance(found, type)}
    assert defects == {found for found, _, _ in FOUND_BY}
    assert len(FOUND_BY) >= 15
