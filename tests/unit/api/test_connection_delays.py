"""Waiting times before a hub connects again."""

import random

import pytest

from risk_manager.api.backoff import KickDelays, ReconnectDelays


def test_delays_grow_to_ten_seconds_and_stay() -> None:
    delays = ReconnectDelays(random.Random(3))
    for nominal in (0, 0.5, 1, 2, 5, 10, 10, 10):
        assert 0.8 * nominal <= delays.take() <= 1.2 * nominal


def test_jitter_differs_from_hub_to_hub() -> None:
    one, other = ReconnectDelays(random.Random(1)), ReconnectDelays(random.Random(2))
    assert [one.take() for _ in range(3)][1:] != [other.take() for _ in range(3)][1:]


def test_delays_begin_again_after_a_good_connection() -> None:
    delays = ReconnectDelays(random.Random(3))
    for _ in range(5):
        delays.take()
    delays.reset()
    assert delays.take() == 0


def test_second_logout_of_a_pair_is_arranged_already() -> None:
    kicks = KickDelays()
    assert kicks.kicked(100.0) == 102.0
    assert kicks.kicked(100.5) is None
    assert kicks.kicked(101.999) is None


def test_logouts_in_a_row_wait_longer_up_to_fifteen_seconds() -> None:
    kicks, now, waits = KickDelays(), 50.0, []
    for _ in range(10):
        again = kicks.kicked(now)
        assert again is not None
        waits.append(again - now)
        now = again + 0.1
    assert waits == pytest.approx([2, 4, 6, 8, 10, 12, 14, 15, 15, 15])


def test_two_quiet_minutes_forget_the_logouts() -> None:
    kicks = KickDelays()
    kicks.kicked(0.0)
    kicks.kicked(10.0)
    assert kicks.kicked(130.1) == pytest.approx(132.1)
    assert kicks.kicked(140.0) == pytest.approx(144.0)
