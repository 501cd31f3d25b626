"""Trusted time: a lower bound of the venue's time that never goes back (S92, S124, S183, S184)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.utils.trusted_time import TrustedTime
from tests.support.make import NOW

HOUR = timedelta(hours=1)


def after(seconds: float) -> datetime:
    """An instant of the venue so long after NOW; NOW is monotonic 1000."""
    return NOW + timedelta(seconds=seconds)


def started() -> TrustedTime:
    """A clock whose first `Date` was NOW at monotonic 1000."""
    time = TrustedTime()
    time.observe_date(NOW, 999.9, 1000.0, NOW)
    return time


def test_before_the_first_anchor_there_is_no_time():
    time = TrustedTime()
    time.observe_event(NOW, 1000.0)
    assert time.now(1000.0) is None
    assert (time.is_anchored, time.trusted) == (False, False)


def test_the_monotonic_clock_carries_the_date_on():
    time = started()
    assert (time.is_anchored, time.trusted) == (True, True)
    assert time.now(1000.0) == NOW
    assert time.now(1299.5) == after(299.5)


@pytest.mark.parametrize("wall", [NOW, NOW - HOUR, NOW + HOUR])
def test_s92_s124_the_machines_clock_moves_nothing_once_time_is_known(wall):
    time = started()
    time.observe_date(after(10), 1009.9, 1010.0, wall)
    assert time.now(1300.0) == after(300)


def test_s183_a_late_or_coarse_anchor_changes_nothing():
    time = started()
    time.observe_date(after(10), 1010.0, 1018.0, NOW)
    time.observe_event(after(-60), 1010.0)
    time.observe_event(after(-60), 1011.0)
    assert time.now(1020.0) == after(20)


def test_a_date_a_little_ahead_moves_time_and_one_far_ahead_needs_a_second_answer():
    time = started()
    time.observe_date(after(15), 1009.9, 1010.0, NOW)
    assert time.now(1010.0) == after(15)
    time.observe_date(after(3620), 1019.9, 1020.0, NOW)
    assert time.now(1020.0) == after(25)
    time.observe_date(after(3631), 1030.0, 1030.1, NOW)
    assert time.now(1030.1) == after(3631)


@pytest.mark.parametrize(
    ("requested", "seconds", "follows"),
    [(1020.0, 3630, True), (1019.9, 3630, False), (1025.0, 3632, True), (1025.0, 3632.1, False),
     (1025.0, 3627.9, False)],
)  # fmt: skip
def test_s183_the_second_answer_must_be_requested_later_and_agree_within_two_seconds(
    requested, seconds, follows
):
    time = started()
    time.observe_date(after(3620), 1015.0, 1020.0, NOW)
    time.observe_date(after(seconds), requested, 1030.0, NOW)
    assert time.now(1030.0) == (after(seconds) if follows else after(30))


def test_two_dates_far_ahead_that_disagree_do_not_help_each_other():
    time = started()
    for number, ahead in enumerate((3600, 7200, 3600)):
        mono = 1010.0 + 10 * number
        time.observe_date(after(mono - 1000 + ahead), mono - 0.1, mono, NOW)
    assert time.now(1040.0) == after(40)


@pytest.mark.parametrize("ahead", [timedelta(seconds=5), timedelta(seconds=-5)])
def test_a_machine_five_seconds_off_at_the_start_is_believed(ahead):
    time = TrustedTime()
    time.observe_date(NOW, 999.9, 1000.0, NOW + ahead)
    assert time.now(1000.0) == NOW


@pytest.mark.parametrize("ahead", [HOUR, -HOUR])
def test_a_machine_an_hour_off_at_the_start_needs_two_answers(ahead):
    time = TrustedTime()
    time.observe_date(NOW, 999.9, 1000.0, NOW + ahead)
    assert time.now(1000.0) is None
    time.observe_date(after(1), 1000.5, 1001.0, NOW + ahead)
    assert time.now(1001.0) == after(1)


def test_event_stamps_move_time_forward_by_at_most_five_seconds_beyond_the_dates():
    time = started()
    time.observe_event(after(14), 1010.0)
    assert time.now(1010.0) == after(14)
    time.observe_event(after(15.001), 1010.0)
    assert time.now(1010.0) == after(14)
    time.observe_event(after(15), 1010.0)
    assert time.now(1010.0) == after(15)
    time.observe_event(after(20), 1010.0)
    assert time.now(1010.0) == after(15)


def test_s184_without_dates_the_machine_is_the_anchor_and_says_so():
    time = TrustedTime()
    for number in range(3):
        assert time.now(1000.0) is None
        time.observe_date(None, 1000.0 + number, 1000.0 + number, after(number))
    assert time.now(1002.0) == after(2)
    assert (time.is_anchored, time.trusted) == (True, False)
    time.observe_date(None, 1003.0, 1003.0, after(9999))
    time.observe_event(after(6), 1003.0)
    assert time.now(1003.0) == after(3)


def test_s184_not_before_the_largest_instant_that_was_stored():
    time = TrustedTime(floor=after(500))
    for _ in range(3):
        time.observe_date(None, 1000.0, 1000.0, NOW)
    assert time.now(1000.0) == after(500)


def test_a_date_that_comes_after_all_makes_the_time_trusted_but_never_earlier():
    time = TrustedTime()
    for _ in range(3):
        time.observe_date(None, 1000.0, 1000.0, after(300))
    time.observe_date(after(10), 1009.0, 1010.0, after(310))
    assert time.trusted
    assert time.now(1010.0) == after(310)


observations = st.one_of(
    st.tuples(st.just("date"), st.integers(-4000, 4000), st.floats(0, 5)),
    st.tuples(st.just("event"), st.floats(-4000, 4000), st.just(0.0)),
    st.tuples(st.just("none"), st.integers(-4000, 4000), st.floats(0, 5)),
)


@given(st.lists(st.tuples(st.floats(0, 30), observations), max_size=20))
def test_time_never_goes_back(steps):
    time, mono = TrustedTime(), 1000.0
    before = None
    for pause, (kind, seconds, took) in steps:
        mono += pause + took
        instant = after(seconds)
        if kind == "event":
            time.observe_event(instant, mono)
        else:
            time.observe_date(instant if kind == "date" else None, mono - took, mono, instant)
        now = time.now(mono)
        if before is not None:
            assert now is not None
            assert now >= before
        before = now


@given(st.lists(st.tuples(st.floats(0.01, 30), st.floats(0, 0.9), st.booleans()), max_size=20))
def test_honest_answers_never_take_it_beyond_the_venues_time(answers):
    """Dates are whole seconds and travel back to us; events are exact and late."""
    time, mono = started(), 1000.0
    for pause, delay, is_event in answers:
        mono += pause + delay
        stamped = after(mono - delay - 1000.0)
        if is_event:
            time.observe_event(stamped, mono)
        else:
            time.observe_date(stamped.replace(microsecond=0), mono - delay, mono, NOW)
        now = time.now(mono)
        assert now is not None
        assert after(mono - 1000.0 - 1.0) <= now <= after(mono - 1000.0 + 1e-3)


def test_a_fast_monotonic_clock_does_not_run_away():
    """30 millionths fast for four weeks, an answer a minute: at most two seconds ahead."""
    time, real, ahead = started(), 0.0, []
    while real < 28 * 86400:
        real += 61.7
        mono = 1000.0 + real * 1.00003
        time.observe_date(after(int(real)), mono, mono, after(real))
        now = time.now(mono)
        assert now is not None
        ahead.append((now - after(real)).total_seconds())
    assert max(ahead) < 2.0
    assert min(ahead) > -1.1
