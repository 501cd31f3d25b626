"""When broker truth is read: intervals, hurry, backoff, and the request budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.core.poll_clock import PollClock


def polled(accounts: int = 1, mono: float = 100.0) -> PollClock:
    """A clock that has just polled, account row included."""
    clock = PollClock(accounts)
    clock.note_sent(mono, with_account=True)
    return clock


def due(clock: PollClock, mono: float = 100.0, **state: bool) -> float:
    """When the next poll should leave, of a quiet account with its hub up unless told."""
    quiet = {"is_open": False, "is_locked": False, "hub_up": True}
    return clock.due(mono, **{**quiet, **state})


def soon(clock: PollClock) -> float | None:
    """When a poll out of turn is due."""
    return clock.soon


def test_the_first_poll_is_due_at_once():
    assert due(PollClock(1), 7.0) == 7.0


@pytest.mark.parametrize(
    ("state", "interval"),
    [
        ({}, 60),
        ({"is_open": True}, 5),
        ({"is_locked": True}, 15),
        ({"is_locked": True, "is_open": True}, 5),
        ({"hub_up": False}, 5),
        ({"hub_up": False, "is_locked": True}, 5),
    ],
)
def test_the_interval_follows_the_state(state, interval):
    assert due(polled(), **state) == 100 + interval


@pytest.mark.parametrize(("since", "interval"), [(0, 5), (59.9, 5), (60, 15)])
def test_for_a_minute_after_a_lock_it_polls_often(since, interval):
    clock = polled()
    clock.note_lock(100.0 - since)
    assert due(clock, is_locked=True) == 100 + interval


@pytest.mark.parametrize(("accounts", "interval"), [(1, 5), (2, 5), (3, 5.4), (10, 18)])
def test_many_accounts_share_the_budget(accounts, interval):
    assert due(polled(accounts), is_open=True) == pytest.approx(100 + interval)


def test_a_lost_hub_is_polled_within_two_seconds_once():
    clock = polled()
    clock.note_hub_down(110.0)
    assert soon(clock) == 111.5
    assert due(clock, 110.0, hub_up=False) == 105.0
    clock.note_sent(110.5, with_account=False)
    assert soon(clock) is None
    assert due(clock, 110.5, hub_up=False) == 115.5
    clock = polled()
    clock.note_hub_down(101.0)
    assert due(clock, 101.0, hub_up=False) == 102.5


def test_hurry_reads_at_once_and_the_account_row_too():
    clock = polled()
    assert not clock.wants_account(110.0)
    clock.hurry(110.0)
    assert due(clock, 110.0) == 110.0
    assert clock.wants_account(110.0)
    clock.note_sent(110.0, with_account=True)
    assert not clock.wants_account(110.0)
    assert due(clock, 110.0) == 170.0


def test_failures_back_off_and_one_success_returns_to_the_interval():
    clock = polled()
    waits = []
    for _ in range(6):
        clock.note_result(failed=True)
        waits.append(due(clock, is_open=True) - 100)
    assert waits == [5, 10, 20, 30, 30, 30]
    clock.hurry(101.0)
    assert due(clock, 101.0, is_open=True) == 130
    assert soon(clock) is None
    clock.note_result(failed=False)
    assert soon(clock) == 101.0
    clock.note_sent(130.0, with_account=False)
    assert due(clock, 130.0, is_open=True) == 135


def test_the_account_row_is_read_every_five_minutes():
    clock = PollClock(1)
    assert clock.wants_account(0.0)
    clock.note_sent(0.0, with_account=True)
    clock.note_sent(200.0, with_account=False)
    assert not clock.wants_account(299.9)
    assert clock.wants_account(300.0)


@pytest.mark.parametrize(("asked_s", "wait"), [(10, 10), (45, 45), (60, 60), (300, 60)])
def test_an_account_row_a_rule_asks_for_more_often_is_read_in_time(asked_s, wait):
    clock = PollClock(1, asked_s)
    clock.note_sent(100.0, with_account=True)
    assert due(clock) == 100 + wait
    assert clock.wants_account(100 + wait) is (asked_s <= 60)
    clock.note_result(failed=True)
    clock.note_result(failed=True)
    assert due(clock) == 110


def test_an_account_row_that_could_not_be_read_is_asked_for_with_the_next_poll():
    clock = polled()
    clock.note_account_failed()
    assert (due(clock), clock.wants_account(105.0)) == (105, True)
    clock.note_sent(105.0, with_account=True)
    assert (due(clock, 105.0), clock.wants_account(165.0)) == (165, False)


@given(st.integers(1, 20), st.booleans(), st.booleans(), st.booleans(), st.integers(0, 5))
def test_it_is_never_due_sooner_than_the_budget_allows(accounts, is_open, is_locked, up, failures):
    clock = polled(accounts)
    for _ in range(failures):
        clock.note_result(failed=True)
    wait = due(clock, is_open=is_open, is_locked=is_locked, hub_up=up) - 100
    assert wait >= max(5.0, 1.8 * accounts) - 1e-9
    assert wait <= max(60.0, 1.8 * accounts) + 1e-9


def test_trades_that_could_not_be_read_are_asked_for_again_soon():
    clock = polled()
    clock.note_trades(read=False)
    assert due(clock) == 105.0
    clock.note_result(failed=True)
    clock.note_result(failed=True)
    assert due(clock) == 110.0
    clock.note_result(failed=False)
    clock.note_trades(read=True)
    assert due(clock) == 160.0
