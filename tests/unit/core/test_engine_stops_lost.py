"""RULE-008: lost stops, suspended children, late answers, other rules' locks."""

import pytest

from risk_manager.domain.events import PositionChanged
from risk_manager.simulation.setup import ACCOUNT, MNQ
from tests.harness.stops import GRACE, PRICE, StopWorld, entered, grace
from tests.harness.words import alarms, closes, did, report

LOSS_SIDE = PRICE - 50
NEVER_MS = 10**7


def place_and_cancel(stops: StopWorld, *spans: tuple[float, float]) -> None:
    """A stop from the first to the second instant of each span."""
    for start, end in spans:
        stops.to(start)
        number = stops.stop(-1, LOSS_SIDE)
        stops.to(end)
        stops.trader.cancel(number)


def at(stops: StopWorld) -> list[int]:
    """The whole seconds at which something was closed."""
    return [round(second) for second, _ in stops.done()]


def test_s136_no_second_fresh_grace_within_the_interval():
    stops = entered()
    place_and_cancel(stops, (5, 12), (20, 25))
    stops.to(41.9)
    assert stops.done() == []
    stops.to(43)
    assert at(stops) == [42]


def test_s175_the_gap_to_replace_counts_from_the_loss():
    stops = entered()
    place_and_cancel(stops, (5, 12), (20, 50))
    stops.to(64.9)
    assert stops.done() == []
    stops.to(66)
    assert at(stops) == [65]


def test_s175_replaced_within_the_gap_it_protects():
    stops = entered()
    place_and_cancel(stops, (5, 12), (20, 50))
    stops.to(59)
    stops.stop(-1, LOSS_SIDE)
    stops.to(150)
    assert stops.done() == []


@pytest.mark.parametrize(("interval", "closed"), [(600, 65), (38, 80), (39, 65), (0, 80)])
def test_a_fresh_grace_again_when_the_interval_is_over(interval, closed):
    """Lost at 12 and at 50: 38 s lie between the two."""
    stops = entered(1, grace(regrace_interval_seconds=interval))
    place_and_cancel(stops, (5, 11.97), (20, 50))
    stops.to(100)
    assert at(stops) == [closed]


def test_s98_a_child_that_wakes_at_once_protects():
    stops = StopWorld(GRACE)
    stops.trader.bracket(MNQ, 1, None)
    stops.entry = stops.world.t
    stops.to(120)
    assert did(stops.world) == []


def test_s98_a_child_still_suspended_is_asked_for_once_more_after_a_second():
    stops = StopWorld(GRACE, activation_delay_ms=NEVER_MS)
    stops.trader.bracket(MNQ, 1, None)
    stops.world.run(0.1)
    opened = stops.world.exchange.positions(ACCOUNT)[0].created
    stops.entry = stops.world.t - (stops.world.time.now - opened).total_seconds()
    stops.to(30.9)
    assert closes(stops.world) == []
    stops.to(32)
    assert closes(stops.world) == ["close MNQ"]
    assert 31 <= stops.done()[0][0] < 31.1


def test_a_child_that_wakes_in_that_second_protects():
    stops = StopWorld(GRACE, activation_delay_ms=30500)
    stops.trader.bracket(MNQ, 1, None)
    stops.entry = stops.world.t
    stops.to(90)
    assert closes(stops.world) == []


def test_where_children_cannot_be_asked_for_five_seconds_take_their_place():
    stops = entered()
    stops.fail_reads(0, 100, "suspended")
    stops.to(34.9)
    assert closes(stops.world) == []
    stops.to(37)
    assert at(stops) == [35]


def half_filled() -> StopWorld:
    """A bracket entry for 2 of which 1 filled; its children stay suspended."""
    stops = StopWorld(GRACE, partial_lot=1)
    stops.trader.bracket(MNQ, 2, PRICE - 5)
    stops.world.run(1)
    stops.trader.price(MNQ, PRICE - 6)
    stops.trader.price(MNQ, PRICE)
    stops.entry = stops.world.t
    stops.world.run(0.1)
    assert stops.net == 1
    return stops


def test_s174_a_half_filled_bracket_is_unknown_until_five_seconds_after_the_deadline():
    stops = half_filled()
    looks = stops.looks()
    stops.to(30.5)
    assert "RULE-008 UNKNOWN" in alarms(stops.world)
    stops.to(34.9)
    assert closes(stops.world) == []
    stops.to(36)
    assert {30, 31, 32, 33, 34, 35} <= {round(t, 1) for t in looks}
    assert closes(stops.world) == ["close MNQ"]
    assert 35 <= stops.done()[0][0] < 35.1


def test_s174_the_rest_that_fills_in_time_wakes_the_children():
    stops = half_filled()
    stops.to(32)
    stops.trader.price(MNQ, PRICE - 6)
    stops.world.run(0.1)
    stops.trader.price(MNQ, PRICE)
    stops.to(120)
    assert (closes(stops.world), stops.net) == ([], 2)


def test_s173_an_answer_to_an_earlier_request_decides_nothing():
    """Asked for at 29.9, a stop nobody hears of placed at 29.95, answered at 30.2."""
    stops = entered()
    stops.to(29.9)
    stops.world.fates.draw_event = lambda event, usual: [] if event.kind == "order" else [usual]
    guard = stops.world.running.guards[ACCOUNT]
    stops.world.broker._reader._back_ms = 145
    guard.enforcer.looks.want(stops.world.time.mono)
    stops.world.deliver(PositionChanged(report(stops.world, MNQ, 1, 1)))
    stops.to(29.95)
    stops.stop(-1, LOSS_SIDE)
    stops.to(60)
    assert stops.done() == []


def test_s91_a_flip_is_a_new_position_with_a_new_grace():
    stops = entered(2)
    stops.to(20)
    stops.trader.fill(MNQ, -3, PRICE)
    stops.to(49.9)
    assert closes(stops.world) == []
    stops.to(51)
    assert at(stops) == [50]
