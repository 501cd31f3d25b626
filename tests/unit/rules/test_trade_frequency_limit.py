"""RULE-006 TradeFrequencyLimit: what counts, windows and ends (S38 to S42, S130, S139, S196)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.locks import LockKind
from tests.support.frequency import KEY, at, end_s, frequency, go, hear
from tests.support.make import NOW, ny
from tests.support.stage import Stage


def ends_after(times, limits=None, **keys):
    """The end of the lock once entry orders filled at these seconds."""
    stage = Stage(frequency(limits, **keys))
    for seconds in times:
        hear(stage, seconds)
    return end_s(stage)


@pytest.mark.parametrize(
    ("times", "end"),
    [
        ([0, 10, 20], None),
        ([0, 10, 20, 30], 90),
        ([0, 10, 20, 70], None),
        ([0, 10, 20, 69.999], None),
        ([0, 10.001, 20, 70], None),
        ([0, 10.001, 20, 30], 90),
        ([10, 20, 30, 69.999], 129.999),
        ([10, 20, 30, 70], None),
    ],
)
def test_s38_s39_the_fourth_within_a_minute(times, end):
    assert ends_after(times) == end


def test_s38_the_lock_holds_at_89_and_not_at_90():
    stage = Stage(frequency())
    for seconds in (0, 10, 20):
        assert hear(stage, seconds) == []
    assert hear(stage, 30)[0].startswith("lock 006 account until 03-11 14:01")
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert (lock.kind, lock.reason, lock.value, lock.limit) == (
        LockKind.COOLDOWN, "4/3 entries per minute", "4", "3 per minute",
    )  # fmt: skip
    go(stage, 89.999)
    assert end_s(stage) == 90
    go(stage, 90)
    assert end_s(stage) is None
    assert hear(stage, 91) == []


def test_the_hour_and_the_longer_of_two_ends():
    times = [number * 300 for number in range(11)]
    assert ends_after(times) == 3000 + 1800
    assert ends_after([0, 360, *times[2:]]) == 3000 + 1800
    assert ends_after([number * 360 for number in range(11)]) is None
    burst = [0, 61, 122, 183, 244, 305, 366, 427, 428, 429, 430]
    assert ends_after(burst, {"per_minute": 3, "per_hour": 10}) == 430 + 1800


@pytest.mark.parametrize(("now", "end"), [("14:00", "17:00"), ("16:30", "17:30")])
def test_s42_a_session_breach_lasts_at_least_to_the_reset(now, end):
    stage = Stage(frequency({"per_session": 50}), now=ny(f"2026-03-11 {now}"))
    start = (stage.now - NOW).total_seconds()
    for number in range(50):
        assert hear(stage, start, number=number) == []
    wanted = hear(stage, start, number=50)
    assert wanted[0].startswith(f"lock 006 account until 03-11 {end}")
    lock = stage.market.locks.get(KEY, stage.now)
    assert lock is not None
    assert (lock.reason, lock.until) == ("51/50 entries this session", ny(f"2026-03-11 {end}"))


def test_session_count_lock_never_relocks_in_a_loop():
    """The reset ends the count before the lock can end: the next session begins free."""
    stage = Stage(frequency({"per_session": 2}), now=ny("2026-03-11 16:59:58"))
    start = (stage.now - NOW).total_seconds()
    for number in range(3):
        hear(stage, start, number=number)
    go(stage, start + 2)
    stage.new_day()
    assert stage.view.at(stage.step.stamp).trade_counts(stage.now).session == 0
    go(stage, start + 3600)
    assert end_s(stage) is None
    assert hear(stage, start + 3601, number=9) == []


def test_a_window_never_reaches_behind_the_reset():
    stage = Stage(frequency(), now=ny("2026-03-11 16:59:50"))
    start = (stage.now - NOW).total_seconds()
    for number in range(3):
        hear(stage, start + number)
    go(stage, start + 10)
    stage.new_day()
    assert hear(stage, start + 11) == []
    assert end_s(stage) is None


@pytest.mark.parametrize(
    ("count_by", "counts"), [("entry", (1, 1)), ("order", (1, 4)), ("execution", (5, 8))]
)
def test_s130_s196_what_counts(count_by, counts):
    """One order in five fills; then three scale-out targets of it."""
    stage = Stage(frequency({"per_session": 90}, count_by=count_by))
    for number in range(5):
        hear(stage, number / 10, number=7)
    assert stage.view.trade_counts(stage.now).session == counts[0]
    for number in range(3):
        hear(stage, 1 + number, size=-1, pnl="10", number=8 + number)
    assert stage.view.trade_counts(stage.now).session == counts[1]


def test_a_reversing_order_is_an_entry_in_one_fill_or_two():
    for fills in (((-4, "5"),), ((-2, "5"), (-2, None))):
        stage = Stage(frequency({"per_session": 1}))
        hear(stage, 0, size=2)
        wanted = [hear(stage, 1, size=size, pnl=pnl, number=9) for size, pnl in fills]
        assert wanted[-1] == ["lock 006 account until 03-11 17:00 keeping MNQ -2", "cancel all"]


@pytest.mark.parametrize(
    ("duration", "end"), [("until_reset", 10800), ("30m", 1830), (90, 120), ("1h", 3630)]
)
def test_a_duration_in_each_of_its_forms(duration, end):
    pauses = {"per_minute_breach": duration}
    assert ends_after([0, 10, 20, 30], cooldown_on_breach=pauses) == end


@pytest.mark.parametrize("name", ["per_minute", "per_hour", "per_session"])
def test_a_single_limit_is_enough(name):
    ends = {"per_minute": 60, "per_hour": 1800, "per_session": 10800}
    assert ends_after([0, 0.5], {name: 1}) == pytest.approx(ends[name] + 0.5, abs=0.6)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=12))
def test_a_lock_comes_exactly_when_a_minute_held_four(seconds):
    """Against a plain count of the minute that ends at each trade, before the first lock."""
    times = sorted(seconds)
    stage = Stage(frequency({"per_minute": 3}))
    for number, second in enumerate(times):
        hear(stage, second, number=number)
        held = [one for one in times[: number + 1] if second - 60 < one]
        if len(held) > 3:
            assert end_s(stage) == second + 60
            return
        assert end_s(stage) is None
    assert stage.now == at(times[-1])
