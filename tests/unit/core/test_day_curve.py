"""The day's curve: one value a minute, bounded, honest about what nobody saw."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from risk_manager.core.day_curve import MOST_POINTS, DayCurve
from tests.support.make import NOW, trade

MINUTE = timedelta(minutes=1)


def amounts(curve: DayCurve, now: datetime) -> list[str | None]:
    status = curve.status(now)
    assert status is not None
    points: list[str | None] = status["points"]
    return points


def test_before_the_first_value_there_is_none() -> None:
    curve = DayCurve()
    assert curve.status(NOW) is None
    curve.note(NOW, NOW, None, [])
    assert curve.status(NOW) is None


def test_the_last_value_of_each_minute_stays_and_a_gap_is_none() -> None:
    curve = DayCurve()
    for minute, second, value in [(0, 5, 10), (0, 59, -20), (2, 0, 5), (3, 30, 7)]:
        at = NOW + minute * MINUTE + timedelta(seconds=second)
        curve.note(NOW, at, Decimal(value), [])
    curve.note(NOW, NOW + 3 * MINUTE + timedelta(seconds=40), None, [])
    assert amounts(curve, NOW + 3 * MINUTE) == ["-20.00", None, "5.00", "7.00"]
    assert amounts(curve, NOW + 4 * MINUTE)[-1] is None


def test_the_present_minute_follows_at_once() -> None:
    curve = DayCurve()
    for value in (1, 2, 3):
        curve.note(NOW, NOW, Decimal(value), [])
        assert amounts(curve, NOW) == [f"{value}.00"]


def test_extremes_know_their_instant() -> None:
    curve = DayCurve()
    for minute, value in enumerate([5, -40, 80, 80, -40]):
        curve.note(NOW, NOW + minute * MINUTE, Decimal(value), [])
    status = curve.status(NOW + 5 * MINUTE)
    assert status is not None
    assert status["low"]["amount"] == "-40.00"
    assert status["high"]["amount"] == "80.00"
    assert status["low"]["at"] < status["high"]["at"]


def test_after_a_restart_the_realised_part_is_rebuilt_and_marked() -> None:
    curve = DayCurve()
    fills = [
        trade("MNQ", 1, at=NOW),
        trade("MNQ", -1, at=NOW + 2 * MINUTE, pnl="-30"),
        trade("MNQ", -1, at=NOW + 3 * MINUTE, pnl="-99", voided=True),
        trade("MNQ", 1, at=NOW + 4 * MINUTE, pnl="10.50"),
    ]
    start = NOW + 6 * MINUTE
    curve.note(NOW, start, Decimal("-15.00"), fills)
    status = curve.status(start)
    assert status is not None
    assert status["points"] == ["0.00", "0.00", "-30.00", "-30.00", "-19.50", "-19.50", "-15.00"]
    assert status["watched_from"] > status["began_at"]
    assert status["low"]["amount"] == "-15.00"  # what open positions were worth nobody saw


@pytest.mark.parametrize("hours", [0, 1, 2, 3, 5, 10, 17, 23, 25])
def test_a_day_of_any_length_is_bounded_and_its_end_is_now(hours: int) -> None:
    curve = DayCurve()
    last = NOW + timedelta(hours=hours)
    at = NOW
    while at <= last:
        curve.note(NOW, at, Decimal((at - NOW).seconds), [])
        at += MINUTE
    status = curve.status(last)
    assert status is not None
    assert len(status["points"]) <= MOST_POINTS
    assert None not in status["points"]
    assert (len(status["points"]) - 1) * status["step_s"] <= hours * 3600
    assert len(status["points"]) * status["step_s"] > hours * 3600
    assert Decimal(status["points"][-1]) == Decimal((last - NOW).seconds)


def test_a_new_day_begins_empty() -> None:
    curve = DayCurve()
    curve.note(NOW, NOW, Decimal(-500), [])
    tomorrow = NOW + timedelta(days=1)
    curve.note(tomorrow, tomorrow, Decimal(0), [])
    status = curve.status(tomorrow)
    assert status is not None
    assert status["points"] == ["0.00"]
    assert status["low"]["amount"] == "0.00"
