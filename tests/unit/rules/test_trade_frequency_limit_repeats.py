"""RULE-006: repeats, bypasses, late news, voids and restarts (S128, S129, S141, S142, S182)."""

import pytest
from pydantic import ValidationError

from risk_manager.domain.events import StateRestored, TradeExecuted
from tests.support.frequency import KEY, at, end_s, frequency, go, hear
from tests.support.make import ACCOUNT, OTHER, cid, position, trade
from tests.support.stage import Stage, market


def locked(**keys):
    """A stage on which the fourth entry came at 30: a cooldown to 90."""
    stage = Stage(frequency(**keys))
    for seconds in (0, 10, 20, 30):
        hear(stage, seconds)
    return stage


def test_s182_only_an_order_made_after_the_lock_extends_it():
    stage = locked()
    assert hear(stage, 31, created=5) == []
    assert end_s(stage) == 90
    assert hear(stage, 41, created=40)[-1] == "cancel all"
    assert end_s(stage) == 101
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert lock.ceilings == {cid("MNQ"): 4}, "what the bypass opened does not stay"


@pytest.mark.parametrize(("created", "end"), [(31, 90), (31.001, 92), (None, 90)])
def test_two_clocks_are_compared_with_a_second_between(created, end):
    stage = locked()
    hear(stage, 32, created=created)
    assert end_s(stage) == end


def test_a_bypass_lasts_the_longest_duration_that_caused_the_lock():
    stage = Stage(frequency({"per_minute": 3, "per_hour": 3}))
    for seconds in (0, 10, 20, 30):
        hear(stage, seconds)
    assert end_s(stage) == 1830
    hear(stage, 1700, created=1690)
    assert end_s(stage) == 3500
    stage = Stage(frequency({"per_session": 3}))
    for seconds in (0, 10, 20, 30):
        hear(stage, seconds)
    assert end_s(stage) == 10800
    hear(stage, 10000, created=9990)
    assert end_s(stage) == 13600


def test_a_bypass_may_break_a_wider_window():
    stage = Stage(frequency({"per_minute": 3, "per_hour": 4}))
    for seconds in (0, 10, 20, 30):
        hear(stage, seconds)
    hear(stage, 41, created=40)
    assert end_s(stage) == 41 + 1800


@pytest.mark.parametrize("count_by", ["entry", "order", "execution"])
def test_s142_an_exit_under_the_lock_neither_breaks_nor_extends(count_by):
    stage = locked(count_by=count_by)
    before = stage.view.trade_counts(at(40)).session
    assert hear(stage, 40, size=-1, pnl="5", created=39) == []
    assert end_s(stage) == 90
    counted = stage.view.trade_counts(at(40)).session - before
    assert counted == (0 if count_by == "entry" else 1)


def test_s128_own_closes_never_count():
    stage = Stage(frequency(count_by="execution"))
    for seconds in (0, 10, 20):
        hear(stage, seconds)
    stage.own_orders.add(77)
    assert hear(stage, 30, size=-3, pnl="-10", number=77) == []
    assert end_s(stage) is None
    assert stage.view.trade_counts(at(30)).session == 3


def test_s129_a_breach_that_is_over_is_only_logged():
    stage = Stage(frequency())
    go(stage, 600)
    told = []
    for number in range(5):
        done = trade("MNQ", 1, at=at(number * 10), order=number)
        assert stage.hear(TradeExecuted(done)) == []
        told += [notice.text for notice in stage.step.notices]
    assert end_s(stage) is None
    assert told == [
        f"{count}/3 entries per minute; its cooldown is over already" for count in (4, 5)
    ]
    assert stage.view.trade_counts(at(40)).minute == 5


def test_the_window_ends_at_the_newest_trade_not_at_the_one_that_comes_late():
    stage = Stage(frequency())
    for seconds in (0, 10, 70.5):
        hear(stage, seconds)
    late = trade("MNQ", 1, at=at(5), order=99)
    assert stage.hear(TradeExecuted(late)) == []
    assert end_s(stage) is None


def test_further_fills_of_a_counted_order_are_no_new_trade():
    stage = Stage(frequency())
    for seconds in (0, 10, 20):
        hear(stage, seconds)
    for number in range(4):
        assert hear(stage, 21 + number / 10, number=20_000 + 10**6) == []
    assert end_s(stage) is None


def test_what_comes_again_counts_once_and_locks_once():
    stage = locked()
    again = trade("MNQ", 1, at=at(30), order=30_000 + 10**6, number=5)
    stage.hear(TradeExecuted(again))
    stage.market.locks.end(KEY)
    for _ in range(3):
        assert stage.hear(TradeExecuted(again)) == []
    assert stage.hear(StateRestored(ACCOUNT)) == []
    assert stage.restored([position("MNQ", 4)], trades=[again]) == []
    assert end_s(stage) is None
    assert stage.view.trade_counts(at(30)).session == 4


def test_s141_a_void_is_not_counted_and_the_lock_stays():
    stage = Stage(frequency({"per_session": 3}))
    for seconds in (0, 10, 20):
        hear(stage, seconds)
    four = trade("MNQ", 1, at=at(30), number=4, order=4)
    go(stage, 30)
    assert stage.hear(TradeExecuted(four))
    void = trade("MNQ", 1, at=at(30), number=4, order=4, voided=True)
    assert stage.hear(TradeExecuted(void)) == []
    assert stage.view.trade_counts(at(30)).session == 3
    assert end_s(stage) == 10800
    assert stage.status("RULE-006")[0] == "3 in a minute, 3 in an hour, 3 in all"


def test_the_causing_orders_further_fills_stay_and_others_do_not():
    stage = Stage(frequency())
    stage.account.looked_mono = stage.mono
    for seconds in (0, 10, 20):
        hear(stage, seconds)
    assert hear(stage, 30, number=9)[0].endswith("keeping MNQ 4")
    hear(stage, 30.1, number=9)
    hear(stage, 31, number=10)
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert lock.ceilings == {cid("MNQ"): 5}


def test_with_close_positions_everything_goes_and_nothing_raises_the_ceiling():
    stage = locked(close_positions_on_breach=True)
    hear(stage, 30.5, number=30_000 + 10**6)
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert (lock.ceilings, lock.cause_order) == ({}, None)


def test_without_a_cooldown_a_breach_is_only_logged():
    stage = locked(cooldown_on_breach={"enabled": False}, close_positions_on_breach=True)
    assert end_s(stage) is None
    assert [notice.text for notice in stage.step.notices] == ["4/3 entries per minute; only logged"]


def test_the_reading_and_the_other_account():
    shared = market()
    one = Stage(frequency(), shared=shared)
    other = Stage(frequency(), shared=shared, account=OTHER)
    for seconds in (0, 10, 20, 70):
        hear(one, seconds)
    assert one.status("RULE-006") == ("2 in a minute, 4 in an hour, 4 in all", None)
    assert one.judge.rules[0].describe_limit() == "3 per minute, 10 per hour, 50 per session"
    assert hear(other, 71, account=OTHER) == []
    assert other.status("RULE-006")[0] == "1 in a minute, 1 in an hour, 1 in all"


@pytest.mark.parametrize(
    "keys",
    [
        {"limits": {"per_week": 3}},
        {"limits": {"per_minute": 0}},
        {"limits": {"per_minute": None}},
        {"cooldown_on_breach": {"per_minute_breach": 0}},
        {"cooldown_on_breach": {"per_minute_breach": "soon"}},
        {"count_by": "trade"},
    ],
)
def test_what_cannot_be_meant_is_refused(keys):
    with pytest.raises(ValidationError):
        frequency(**keys)
