"""RULE-006: what makes its lock longer, and what a breach wants and says."""

import pytest

from risk_manager.domain.events import DayReset, TradeExecuted
from risk_manager.domain.ids import RuleId
from risk_manager.domain.locks import LockKind, Lockout
from risk_manager.rules.trade_frequency_limit import DURATIONS
from tests.support.frequency import KEY, at, end_s, frequency, go, hear
from tests.support.make import ACCOUNT, trade
from tests.support.stage import Stage, market

MINUTE = {"per_minute": 3}


def locked(limits=None, **keys):
    """A stage on which the fourth entry came at 30."""
    stage = Stage(frequency(limits, **keys))
    for seconds in (0, 10, 20, 30):
        hear(stage, seconds)
    return stage


def test_a_bypass_alone_in_its_window_keeps_what_the_lock_says():
    stage = locked(MINUTE)
    hear(stage, 85, created=84)
    assert end_s(stage) == 145
    lock = stage.market.locks.get(KEY, stage.now)
    assert (lock.reason, lock.value, lock.limit) == (
        "4/3 entries per minute", "4", "3 per minute",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("window", "words"),
    [("minute", "per minute"), ("hour", "per hour"), ("session", "this session")],
)
def test_the_reason_names_the_window(window, words):
    stage = locked({f"per_{window}": 3})
    lock = stage.market.locks.get(KEY, stage.now)
    assert (lock.reason, lock.limit) == (f"4/3 entries {words}", f"3 per {window}")


def test_a_bypass_of_a_lock_until_the_reset_leaves_it_there():
    stage = locked(MINUTE, cooldown_on_breach={"per_minute_breach": "until_reset"})
    hear(stage, 85, created=84)
    assert end_s(stage) == 10800


def test_a_bypass_that_breaks_the_session_locks_to_the_reset():
    stage = locked({"per_minute": 3, "per_session": 4})
    assert end_s(stage) == 90
    hear(stage, 41, created=40)
    assert end_s(stage) == 10800


@pytest.mark.parametrize("pause", ["60s", "until_reset"])
def test_a_cause_that_comes_again_is_remembered_once(pause):
    stage = locked(MINUTE, cooldown_on_breach={"per_minute_breach": pause})
    hear(stage, 41, created=40)
    assert stage.account.memory[(RuleId("RULE-006"), DURATIONS)] == pause


def test_a_bypass_lasts_what_an_earlier_bypass_added_to_the_causes():
    """An hour's breach is short here and a minute's long; the minute is over at the last one."""
    pauses = {"per_minute_breach": 1800, "per_hour_breach": 60}
    stage = Stage(frequency({"per_minute": 3, "per_hour": 4}, cooldown_on_breach=pauses))
    for seconds in (0, 100, 200, 300, 400):
        hear(stage, seconds)
    assert end_s(stage) == 460
    for seconds in (405, 410, 415):
        hear(stage, seconds, created=seconds - 1)
    assert end_s(stage) == 2215
    hear(stage, 600, created=599)
    assert end_s(stage) == 2400


def test_a_lock_whose_causes_are_not_known_is_not_made_longer():
    row = Lockout(KEY, LockKind.COOLDOWN, "an earlier one", at(-10), at(500))
    stage = Stage(frequency(), shared=market(locks=[row]))
    hear(stage, 10, created=9)
    assert end_s(stage) == 500


def test_a_lock_that_was_ended_by_hand_comes_back_with_an_entry_only():
    stage = locked({"per_hour": 3})
    stage.market.locks.end(KEY)
    assert hear(stage, 40, size=-1, pnl="5") == []
    assert end_s(stage) is None
    hear(stage, 50)
    assert end_s(stage) == 50 + 1800


def test_a_pause_that_would_end_now_is_over():
    stage = Stage(frequency())
    for seconds in (0, 10, 20):
        hear(stage, seconds)
    go(stage, 90)
    late = trade("MNQ", 1, at=at(30), order=99)
    assert stage.hear(TradeExecuted(late)) == []
    assert end_s(stage) is None


def test_positions_are_closed_when_asked_for():
    stage = Stage(frequency(close_positions_on_breach=True))
    for seconds in (0, 10, 20):
        hear(stage, seconds)
    assert hear(stage, 30) == ["lock 006 account until 03-11 14:01", "flatten", "cancel all"]


def test_the_status_counts_from_nothing_too():
    stage = Stage(frequency())
    stage.hear(DayReset(ACCOUNT, stage.now))
    assert stage.status("RULE-006") == ("0 in a minute, 0 in an hour, 0 in all", None)


@pytest.mark.parametrize(
    ("pauses", "waited", "ending"),
    [
        ({"enabled": False}, 0, "only logged"),
        ({}, 60, "its cooldown is over already"),
    ],
)
def test_a_breach_without_a_lock_has_its_figures(pauses, waited, ending):
    one = frequency(cooldown_on_breach=pauses)
    stage = Stage(one)
    for seconds in (0, 10, 20):
        hear(stage, seconds)
    go(stage, 30 + waited)
    fourth = TradeExecuted(trade("MNQ", 1, at=at(30), order=99))
    assert stage.hear(fourth) == []
    breach = one.check(fourth, stage.view)
    assert (breach.reason, breach.decisions, breach.value, breach.limit) == (
        f"4/3 entries per minute; {ending}", (), "4", "3 per minute",
    )  # fmt: skip
