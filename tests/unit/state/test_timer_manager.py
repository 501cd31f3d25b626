"""MOD-003: named timers."""

import pytest

from risk_manager.domain.events import TimerFired
from risk_manager.state.timer_manager import TimerManager


def fired(name: str) -> TimerFired:
    return TimerFired(name)


def drain(timers: TimerManager, mono: float) -> list[str]:
    names = []
    while (event := timers.pop_due(mono)) is not None:
        assert isinstance(event, TimerFired)
        names.append(event.name)
    return names


def test_timers_come_in_due_order_and_equal_ones_in_order_of_starting():
    timers = TimerManager()
    for name, seconds in (("late", 9.0), ("a", 5.0), ("b", 5.0), ("early", 1.0)):
        timers.start_timer(name, seconds, fired(name), 100.0)
    assert timers.next_due() == 101.0
    assert drain(timers, 105.0) == ["early", "a", "b"]
    assert timers.next_due() == 109.0
    assert drain(timers, 108.999) == []


def test_the_same_name_replaces():
    timers = TimerManager()
    timers.start_timer("x", 1.0, TimerFired("x", subject="old"), 0.0)
    timers.start_timer("x", 5.0, TimerFired("x", subject="new"), 0.0)
    assert timers.pop_due(4.999) is None
    assert timers.pop_due(5.0) == TimerFired("x", subject="new")
    assert timers.pop_due(5.0) is None


def test_zero_is_due_at_the_next_check_and_negative_is_an_error():
    timers = TimerManager()
    timers.start_timer("now", 0, fired("now"), 7.0)
    assert drain(timers, 7.0) == ["now"]
    for bad in (-0.001, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="'bad'"):
            timers.start_timer("bad", bad, fired("bad"), 7.0)
    assert not timers.is_running("bad")


def test_cancelling_is_idempotent():
    timers = TimerManager()
    timers.start_timer("x", 1.0, fired("x"), 0.0)
    timers.cancel_timer("x")
    timers.cancel_timer("x")
    assert timers.next_due() is None
    assert drain(timers, 10.0) == []


@pytest.mark.parametrize(("mono", "left"), [(0.0, 60), (0.1, 60), (59.5, 1), (60.0, 0), (99.0, 0)])
def test_remaining_time_is_whole_seconds_rounded_up(mono, left):
    timers = TimerManager()
    timers.start_timer("x", 60.0, fired("x"), 0.0)
    assert timers.get_remaining_time("x", mono) == left
    assert timers.get_remaining_time("unknown", mono) == 0


def test_a_timer_is_gone_before_its_event_is_handled():
    timers = TimerManager()
    timers.start_timer("x", 1.0, fired("x"), 0.0)
    assert timers.pop_due(1.0) == fired("x")
    assert not timers.is_running("x")
    timers.start_timer("x", 1.0, fired("x"), 1.0)
    assert timers.next_due() == 2.0
