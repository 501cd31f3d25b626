"""The shared token: one login for all, renewal by age, pauses after failures."""

from __future__ import annotations

from random import Random
from threading import Barrier, Event, Thread

import pytest

from risk_manager.api.auth import HOUR_S, TokenSource
from risk_manager.api.auth_errors import LOGIN_PROBLEMS, AuthError, login_refused
from risk_manager.domain.events import TokenChanged


class Unspread(Random):
    """No pause is shorter or longer than usual."""

    def uniform(self, a, b):
        return (a + b) / 2


class Venue:
    """Gives numbered tokens, or fails as told; it is the two calls, not a broker."""

    def __init__(self) -> None:
        self.now = 0.0
        self.calls: list[str] = []
        self.failing: AuthError | None = None
        self.events: list[object] = []
        self.answer = Event()
        self.answer.set()
        self.source = TokenSource(
            self, mono=lambda: self.now, deliver=self.events.append, rng=Unspread()
        )

    def login(self) -> str:
        return self._token("login")

    def validate(self, token: str) -> str:
        return self._token(f"validate {token}")

    def _token(self, call: str) -> str:
        self.calls.append(call)
        self.answer.wait(5)
        if self.failing:
            raise self.failing
        return f"t{len(self.calls)}"


@pytest.fixture
def venue():
    return Venue()


def test_first_use_logs_in_once_and_peek_never_does(venue):
    assert venue.source.peek() is None
    assert venue.source.current() == venue.source.current() == venue.source.peek() == "t1"
    assert venue.calls == ["login"]
    assert venue.events == [TokenChanged(None)]


def test_all_callers_share_one_login(venue):
    venue.answer.clear()
    start, tokens = Barrier(9), []

    def use() -> None:
        start.wait()
        tokens.append(venue.source.current())

    threads = [Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    start.wait()
    venue.answer.set()
    for thread in threads:
        thread.join()
    assert tokens == ["t1"] * 8
    assert venue.calls == ["login"]


def test_a_401_replaces_the_token_once_for_all_who_saw_it(venue):
    old = venue.source.current()
    for _ in range(8):
        venue.source.invalidate(old)
        assert venue.source.current() == "t2"
    assert venue.calls == ["login", "login"]


def test_tokens_refused_at_once_are_not_replaced_without_end(venue):
    venue.source.invalidate(venue.source.current())
    venue.source.invalidate(venue.source.current())
    assert venue.source.current() == "t2"
    venue.now = 5.0
    venue.source.invalidate("t2")
    assert venue.source.current() == "t3"


@pytest.mark.parametrize(
    ("age_h", "in_break", "renews"),
    [(11.9, True, False), (12, True, True), (12, False, False), (19.9, False, False),
     (20, False, True)],
)  # fmt: skip
def test_renewal_by_age(venue, age_h, in_break, renews):
    venue.source.current()
    venue.now = age_h * HOUR_S
    assert venue.source.renew_if_due(in_break=in_break) is renews
    assert venue.calls[1:] == (["validate t1"] if renews else [])
    assert venue.source.current() == ("t2" if renews else "t1")
    assert not venue.source.renew_if_due(in_break=in_break)


def test_nothing_to_renew_without_a_token_and_login_once_it_is_too_old(venue):
    assert not venue.source.renew_if_due(in_break=True)
    venue.source.current()
    venue.now = 24 * HOUR_S
    assert venue.source.renew_if_due(in_break=False)
    assert venue.calls == ["login", "login"]


def test_failing_renewals_keep_the_token_wait_longer_then_log_in(venue):
    venue.source.current()
    start = venue.now = 20 * HOUR_S
    venue.failing = AuthError("no")
    tried: list[tuple[float, str]] = []
    while len(tried) < 6:
        before = len(venue.calls)
        assert not venue.source.renew_if_due(in_break=False)
        if len(venue.calls) > before:
            tried.append((venue.now - start, venue.calls[-1]))
        assert venue.source.current() == "t1"
        venue.now += 1.0
    assert [int(at) for at, _ in tried] == [0, 30, 90, 210, 510, 810]
    assert [call for _, call in tried] == ["validate t1"] * 4 + ["login"] * 2
    assert venue.events[-1] == TokenChanged("no")
    venue.failing, venue.now = None, start + 2000
    assert venue.source.renew_if_due(in_break=False)
    assert venue.events[-1] == TokenChanged(None)


@pytest.mark.parametrize(
    ("error", "pauses"),
    [(AuthError("silent"), [1, 2, 4, 5, 5]), (login_refused(3, None), [30, 60, 120, 300, 300])],
)
def test_failed_logins_are_paced_and_raise_without_a_call_in_between(venue, error, pauses):
    venue.failing = error
    for number, pause in enumerate(pauses, 1):
        with pytest.raises(AuthError):
            venue.source.current()
        assert len(venue.calls) == number
        venue.now += pause - 0.01
        with pytest.raises(AuthError, match=str(error)[:10]):
            venue.source.current()
        assert len(venue.calls) == number
        venue.now += 0.01
    venue.failing = None
    assert venue.source.current() == f"t{len(venue.calls)}"


@pytest.mark.parametrize("code", [*LOGIN_PROBLEMS, 99])
def test_every_code_is_explained(code):
    error = login_refused(code, "Please sign")
    assert f"code {code}" in str(error)
    assert "Please sign" in str(error)
    assert error.is_refusal == (code not in {8, 99})
    assert len(str(error)) > 60


def test_codes_a_trader_meets_name_the_fix():
    assert "copy the key again" in str(login_refused(3, None))
    assert "complete them" in str(login_refused(7, None))
    assert "subscribe" in str(login_refused(9, None))
