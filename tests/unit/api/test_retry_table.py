"""The retry table of the daemon: tries, first and longest pause, spread, and time for each call."""

import random

import pytest

from risk_manager.api.auth import LOGIN_PAUSES_S, TokenSource
from risk_manager.api.auth_calls import TIMEOUT_S
from risk_manager.api.auth_errors import AuthError
from risk_manager.api.requests_encode import Timeouts
from risk_manager.enforcement.repeats import (
    ALARM_TRIES,
    CHANGES,
    CLOSES,
    PLACE_TRIES,
    PLACES,
    Repeats,
)

TIMES = Timeouts()
TABLE = [
    # what, pauses, first, longest, spread, tries (None: no end), alarm after, time for a call
    (CLOSES, 1.0, 10.0, 0.15, None, 5, TIMES.close, 2.0),
    (CHANGES, 1.0, 10.0, 0.15, None, 5, TIMES.order, 5.0),
    (PLACES, 0.5, 5.0, 0.10, 3, None, TIMES.order, 5.0),
]


@pytest.mark.parametrize(
    ("repeats", "base_s", "cap_s", "jitter", "tries", "alarm", "time_s", "wanted_time_s"), TABLE
)
def test_a_row(repeats, base_s, cap_s, jitter, tries, alarm, time_s, wanted_time_s):
    assert (repeats.base_s, repeats.cap_s, repeats.jitter) == (base_s, cap_s, jitter)
    assert tries in (None, PLACE_TRIES)
    assert alarm in (None, ALARM_TRIES)
    assert time_s == wanted_time_s


@pytest.mark.parametrize("repeats", [CLOSES, CHANGES, PLACES])
@pytest.mark.parametrize(("tries", "times"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (40, 2**39)])
def test_pauses_double_up_to_the_cap_and_use_the_whole_spread(repeats: Repeats, tries, times):
    usual = min(repeats.base_s * times, repeats.cap_s)
    pauses = [repeats.pause(tries, number) for number in range(1000)]
    assert min(pauses) == pytest.approx(usual * (1 - repeats.jitter))
    assert max(pauses) == pytest.approx(usual * (1 + repeats.jitter))
    assert len(set(pauses)) > 900, "what failed together is not sent again together"


class Silent:
    """A venue that answers no login."""

    def login(self) -> str:
        raise AuthError("no answer")

    def validate(self, token: str) -> str:
        raise AuthError(token)


def test_the_token_is_asked_for_again_after_1_s_to_5_s_each_spread_by_20_percent():
    assert (LOGIN_PAUSES_S[0], LOGIN_PAUSES_S[-1], TIMEOUT_S) == (1.0, 5.0, 10.0)
    waits = []
    for seed in range(300):
        source = TokenSource(
            Silent(), mono=lambda: 0.0, deliver=lambda _event: None, rng=random.Random(seed)
        )
        with pytest.raises(AuthError):
            source.current()
        waits.append(source._not_before)
    assert 0.8 <= min(waits) < 0.82
    assert 1.18 < max(waits) <= 1.2


def test_reads_have_ten_seconds_for_each_call():
    assert TIMES.read == 10.0
