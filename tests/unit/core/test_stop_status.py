"""The stops in the status: what they cover, and when the uncovered rest is closed."""

import pytest

from risk_manager.core.account_status import account_status
from risk_manager.domain.events import Stamp
from risk_manager.simulation.setup import ACCOUNT, LOSS, MNQ
from tests.harness.stops import GRACE, PRICE, StopWorld, entered, grace


def row(stops: StopWorld) -> tuple[int | None, float | None]:
    """`covered` and `uncovered_closes_in_s` of MNQ."""
    world = stops.world
    stamp = Stamp(0, world.time.now, world.time.mono, world.time.mono)
    (shown,) = account_status(world.running.guards[ACCOUNT], (), stamp)["positions"]
    return shown["covered"], shown["uncovered_closes_in_s"]


def test_the_countdown_is_shown_and_ends_with_the_stop():
    stops = entered(2)
    stops.to(10)
    assert row(stops) == (0, 20.0)
    stops.stop(-1, PRICE - 50)
    stops.to(20)
    assert row(stops) == (1, 10.0)
    number = stops.stop(-1, PRICE - 50)
    stops.to(25)
    assert row(stops) == (2, None)
    stops.trader.cancel(number)
    stops.to(26)
    covered, closes_in = row(stops)
    assert covered == 1
    assert closes_in == pytest.approx(29, abs=0.1)


def test_a_stop_on_the_wrong_side_covers_nothing():
    stops = entered(1)
    stops.stop(1, PRICE + 50)
    stops.to(5)
    assert row(stops) == (0, 25.0)


def test_without_the_rule_or_in_shadow_nothing_counts_down():
    for rules in (LOSS, grace(rule_mode="shadow")):
        stops = entered(1, rules)
        stops.to(10)
        assert row(stops) == (0, None)
    stops = entered(1, GRACE, settings={"mode": "shadow"})
    stops.to(10)
    assert row(stops) == (0, None)


def test_a_half_filled_bracket_is_unknown():
    stops = StopWorld(GRACE, partial_lot=1)
    stops.trader.bracket(MNQ, 2, PRICE - 5)
    stops.world.run(1)
    stops.trader.price(MNQ, PRICE - 6)
    stops.trader.price(MNQ, PRICE)
    stops.entry = stops.world.t
    stops.to(31)
    covered, closes_in = row(stops)
    assert covered is None
    assert closes_in == pytest.approx(4, abs=0.1)
