"""The request budget: window, reserve, pause after a 429, survival of a restart."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.api.rate_limit import HISTORY_LIMIT, LIMIT, RESERVE, RequestBudget
from risk_manager.domain.requests import Priority

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
URGENT = (Priority.ENFORCEMENT, Priority.TOKEN)
OTHERS = (Priority.SAFETY, Priority.RECONCILE, Priority.DISPLAY)


def spend(budget: RequestBudget, priority: Priority, now: float) -> int:
    """Take until the budget refuses; returns how many were given."""
    given_out = 0
    while budget.try_take(priority, now) == 0.0:
        given_out += 1
    return given_out


@pytest.mark.parametrize("priority", OTHERS)
@pytest.mark.parametrize("urgent", URGENT)
def test_others_stop_at_the_reserve_which_enforcement_may_use(priority, urgent):
    budget = RequestBudget()
    assert spend(budget, priority, 0.0) == LIMIT - RESERVE == 140
    assert spend(budget, urgent, 0.0) == RESERVE == 40
    assert budget.used(0.0) == 180


def test_wait_says_when_a_request_fits():
    budget = RequestBudget()
    for second in range(140):
        assert budget.try_take(Priority.SAFETY, second / 10) == 0.0
    wait = budget.try_take(Priority.SAFETY, 20.0)
    assert wait == pytest.approx(40.0)
    assert budget.try_take(Priority.SAFETY, 20.0 + wait - 0.01) > 0
    assert budget.try_take(Priority.SAFETY, 20.0 + wait) == 0.0
    assert budget.try_take(Priority.SAFETY, 20.0 + wait) == pytest.approx(0.1)


def test_others_wait_until_enforcement_left_the_window_again():
    budget = RequestBudget()
    for second in range(180):
        assert budget.try_take(Priority.ENFORCEMENT, second / 10) == 0.0
    # 41 of the 180 must leave before the 140 of the others have room again.
    assert budget.try_take(Priority.SAFETY, 18.0) == pytest.approx(4.0 + 60.0 - 18.0)


def test_several_requests_are_taken_together_or_not_at_all():
    budget = RequestBudget()
    assert budget.try_take(Priority.RECONCILE, 0.0, count=138) == 0.0
    assert budget.try_take(Priority.RECONCILE, 0.0, count=3) > 0
    assert budget.used(0.0) == 138
    assert budget.try_take(Priority.RECONCILE, 0.0, count=2) == 0.0


def test_bars_have_a_window_of_their_own():
    budget = RequestBudget()
    for _ in range(HISTORY_LIMIT):
        assert budget.try_take(Priority.SAFETY, 0.0, history=True) == 0.0
    assert budget.try_take(Priority.SAFETY, 0.0, history=True) == pytest.approx(30.0)
    assert budget.used(0.0) == 0
    assert budget.try_take(Priority.SAFETY, 30.0, history=True) == 0.0


@pytest.mark.parametrize(
    ("retry_after", "urgent_wait"), [(None, 0.0), (1.0, 1.0), (2.0, 2.0), (60.0, 2.0)]
)
def test_a_429_holds_the_others_2_s_and_enforcement_as_told(retry_after, urgent_wait):
    budget = RequestBudget()
    budget.note_throttled(100.0, retry_after)
    assert budget.try_take(Priority.RECONCILE, 100.0) == pytest.approx(2.0)
    assert budget.try_take(Priority.ENFORCEMENT, 100.0) == pytest.approx(urgent_wait)
    assert budget.try_take(Priority.RECONCILE, 102.0) == 0.0
    assert budget.try_take(Priority.ENFORCEMENT, 102.0) == 0.0


def test_window_survives_a_restart():
    first = RequestBudget()
    assert first.try_take(Priority.ENFORCEMENT, 1000.0, count=100) == 0.0
    assert first.try_take(Priority.ENFORCEMENT, 1030.0, count=70) == 0.0
    assert first.try_take(Priority.SAFETY, 1030.0, count=5, history=True) == 0.0
    stored = first.snapshot(1040.0, NOW)

    # The next run starts 15 s later, and its monotonic clock counts from elsewhere.
    second = RequestBudget()
    second.restore(stored, 5.0, NOW + timedelta(seconds=15))
    assert second.used(5.0) == 170
    assert second.try_take(Priority.SAFETY, 5.0) == pytest.approx(5.0)
    assert second.used(11.0) == 70
    assert len(second.snapshot(5.0, NOW).history) == 5


def test_requests_stored_in_the_future_count_as_made_now():
    stored = RequestBudget()
    stored.try_take(Priority.SAFETY, 0.0, count=140)
    budget = RequestBudget()
    budget.restore(stored.snapshot(0.0, NOW), 50.0, NOW - timedelta(hours=1))
    assert budget.try_take(Priority.SAFETY, 50.0) == pytest.approx(60.0)


def test_threads_share_one_budget():
    budget, given_out = RequestBudget(), Counter[int]()

    def take(number: int) -> None:
        given_out[number] = spend(budget, Priority.SAFETY, 0.0)

    threads = [Thread(target=take, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert given_out.total() == 140


STEPS = st.lists(
    st.tuples(st.sampled_from(Priority), st.floats(0, 3), st.integers(1, 30)), max_size=120
)


@given(STEPS)
def test_no_window_ever_holds_more_than_the_limit(steps):
    budget, now, taken = RequestBudget(), 0.0, []
    for priority, pause, count in steps:
        now += pause
        wait = budget.try_take(priority, now, count=count)
        assert wait >= 0.0
        if wait == 0.0:
            taken += [now] * count
            recent = sum(1 for instant in taken if instant > now - 60)
            assert recent <= (LIMIT if priority <= Priority.TOKEN else LIMIT - RESERVE)


def test_looks_leave_requests_for_the_next_close() -> None:
    budget = RequestBudget()
    while budget.try_take(Priority.CONFIRM, 100.0) == 0.0:
        pass
    assert budget.used(100.0) == 150
    closes = 0
    while budget.try_take(Priority.ENFORCEMENT, 100.0) == 0.0:
        closes += 1
    assert closes == 30
