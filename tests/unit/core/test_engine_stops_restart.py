"""RULE-008 over a crash: no clock starts again, and no fresh grace is given twice (S56)."""

from datetime import timedelta

import pytest

from risk_manager.domain.events import TimerFired
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import Fate
from risk_manager.simulation.setup import ACCOUNT
from tests.harness.stops import PRICE, entered
from tests.harness.words import closes, did

LOSS_SIDE = PRICE - 50


@pytest.mark.parametrize("down", [20.0, 35.0])
def test_s56_a_restart_does_not_restart_the_clock(tmp_path, down):
    stops = entered()
    stops.to(down)
    stops.world.kill()
    stops.to(down + 5)
    stops.world.restart(tmp_path)
    if down < 30:
        stops.to(29.9)
        assert did(stops.world) == []
    stops.to(max(31, down + 7))
    assert closes(stops.world) == ["close MNQ"]


def test_a_restart_keeps_a_fresh_grace_and_when_it_was_given(tmp_path):
    """S136 over a crash: stop 5 to 12, again 20 to 25: closed at 42."""
    stops = entered()
    stops.to(5)
    first = stops.stop(-1, LOSS_SIDE)
    stops.to(12)
    stops.trader.cancel(first)
    stops.to(15)
    stops.world.restart(tmp_path)
    stops.to(20)
    second = stops.stop(-1, LOSS_SIDE)
    stops.to(25)
    stops.trader.cancel(second)
    stops.to(26)
    stops.world.restart(tmp_path)
    stops.to(41.9)
    assert stops.done() == []
    stops.to(43)
    assert [round(at) for at, _ in stops.done()] == [42]


def test_a_read_does_not_get_newer_when_time_is_found_to_be_later():
    """Time jumps by 10 s over the deadline while a read is under way: it decides nothing."""
    stops = entered(lag=10.0)
    stops.to(35.5)
    world = stops.world
    world.fates.draw_event = lambda event, usual: [] if event.kind == "order" else [usual]
    world.fates.script(TakeSnapshot, Fate(back_ms=400))
    world.running.guards[ACCOUNT].enforcer.looks.want(world.time.mono)
    world.deliver(TimerFired("clock"))
    stops.to(35.6)
    stops.stop(-1, LOSS_SIDE)
    world._lag = timedelta(0)
    stops.to(60)
    assert stops.done() == []
