"""Simulated time, rate limits and tokens, on a hand-driven clock."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.gateway_sim.clock import SimClock
from risk_manager.gateway_sim.limits import LimitRules, RateLimits, SlidingWindow
from risk_manager.gateway_sim.negotiation import Negotiations
from risk_manager.gateway_sim.sessions import Credentials, Sessions

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class Hand:
    """A monotonic clock that stands until told."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_time_runs_scaled() -> None:
    hand = Hand()
    clock = SimClock(hand, START, Decimal(10))
    hand.seconds += 3
    assert clock.now() == START + timedelta(seconds=30)
    clock.set_speed(Decimal("0.5"))
    hand.seconds += 4
    assert clock.now() == START + timedelta(seconds=32)
    assert clock.real_seconds_until(START + timedelta(seconds=33)) == 2.0
    assert clock.real_seconds_until(START) == 0.0
    clock.set_speed(Decimal(0))
    hand.seconds += 1000
    assert clock.now() == START + timedelta(seconds=32)
    assert clock.real_seconds_until(START + timedelta(days=1)) is None


@given(st.lists(st.tuples(st.sampled_from(["wait", "advance", "set"]), st.integers(0, 10_000))))
def test_time_never_goes_back(steps: list[tuple[str, int]]) -> None:
    hand = Hand()
    clock = SimClock(hand, START, Decimal(3))
    before = clock.now()
    for what, amount in steps:
        if what == "wait":
            hand.seconds += amount / 1000
        elif what == "advance":
            clock.advance(Decimal(amount))
        else:
            clock.set(clock.now() + timedelta(milliseconds=amount))
        assert clock.now() >= before
        before = clock.now()


def test_wrong_steps_are_refused() -> None:
    clock = SimClock(Hand(), START)
    for step in (
        lambda: clock.set(START - timedelta(microseconds=1)),
        lambda: clock.advance(Decimal(-1)),
        lambda: clock.set_speed(Decimal("NaN")),
    ):
        with pytest.raises(ValueError, match=r"forward|speed"):
            step()


@given(st.lists(st.integers(0, 5 * 1024), max_size=60))
def test_no_window_ever_admits_more_than_its_limit(gaps: list[int]) -> None:
    """The gaps are in 1/1024 s, which a float adds and subtracts without rounding."""
    window = SlidingWindow(3, 10)
    now, admitted = 0.0, []
    for gap in gaps:
        now += gap / 1024
        if window.admit(now):
            admitted.append(now)
    for at in admitted:
        assert sum(at - 10 < other <= at for other in admitted) <= 3


def test_bars_and_tokens_have_windows_of_their_own() -> None:
    limits = RateLimits(LimitRules(bars_calls=1, bars_seconds=30, rest_calls=2, rest_seconds=60))
    assert [limits.admit("a", 0, bars=True) for _ in range(2)] == [True, False]
    assert [limits.admit("a", 0, bars=False) for _ in range(3)] == [True, True, False]
    assert limits.admit("b", 0, bars=False)
    assert limits.admit("a", 30, bars=True)
    assert not limits.admit("a", 59.9, bars=False)
    assert limits.admit("a", 60, bars=False)


def test_tokens_live_a_day_and_end_one_by_one() -> None:
    sessions = Sessions(Credentials("Name", "key"), bytes)
    assert sessions.login("Name", "wrong", START) is None
    first, second = sessions.login("nAME", "key", START), sessions.login("Name", "key", START)
    assert first
    assert second
    assert first != second
    assert first.count(".") == 2
    end = START + timedelta(hours=24)
    assert sessions.expiry(first, end - timedelta(microseconds=1)) == end
    assert sessions.expiry(first, end) is None
    sessions.end(first)
    assert sessions.expiry(first, START) is None
    assert sessions.expiry(second, START) == end
    assert sessions.expiry(None, START) is None


def test_unused_connection_ids_are_forgotten() -> None:
    hand = Hand()
    texts = iter(range(1000))
    negotiations = Negotiations(lambda size: next(texts).to_bytes(size), hand)
    used = negotiations.offer("user", 1)["connectionToken"]
    unused = negotiations.offer("user", 1)["connectionToken"]
    assert negotiations.claim("user", used) == 101
    hand.seconds += 15
    negotiations.offer("user", 1)
    assert negotiations.claim("user", unused) == 404
    assert negotiations.claim("user", used) == 409
    negotiations.release(used)
    assert negotiations.claim("user", used) == 404
