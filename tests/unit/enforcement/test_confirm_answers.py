"""What a refused, lost or late answer of a close leads to."""

from datetime import UTC, datetime

import pytest

from risk_manager.domain.records import Outcome
from risk_manager.domain.requests import ClosePosition, ReducePosition, TakeSnapshot
from risk_manager.simulation.fates import LOST_AFTER, LOST_BEFORE, Fate, refused
from risk_manager.simulation.setup import CAPS, LOSS, MNQ, RTY
from risk_manager.simulation.world import World
from tests.harness.words import alarms, answered, closes

CLOSED = "Trading is currently unavailable. The instrument is not in an active trading status."


def held(contract_id: str, size: int, **options) -> World:
    """A locked account is started with an open position: it is closed at once."""
    world = World(LOSS, **options)
    world.trader.fill(contract_id, size)
    return world


def breach(world: World) -> World:
    """Start and let the day's loss end it."""
    world.start()
    world.trader.lose(MNQ, 600)
    return world


def outcomes(world: World, action: str = "CLOSE_POSITION") -> list[Outcome]:
    return [record.outcome for _, record in world.records if record.action == action]


def test_s106_closing_what_is_flat_is_success():
    """The trader was faster; code 2, a look, ALREADY, no second close."""
    world = World(CAPS, hub_ms=200).start()
    world.trader.fill(RTY, 1)
    world.run(0.1)
    world.trader.fill(RTY, -1)
    world.run(10)
    assert closes(world) == ["close RTY"]
    assert answered(world) == 2
    assert outcomes(world)[-1] is Outcome.ALREADY


def test_s126_timed_out_close_that_worked_is_not_repeated():
    """The answer is lost; the look reads flat."""
    world = World(CAPS).start()
    world.fates.script(ClosePosition, LOST_AFTER)
    world.trader.fill(RTY, 1)
    world.run(10)
    assert closes(world) == ["close RTY"]


def test_s126_timed_out_close_on_its_way_is_waited_for():
    """Looks show the position and an alive closing market order: no second call."""
    world = World(CAPS, close_delay_ms=4000).start()
    world.fates.script(ClosePosition, LOST_AFTER)
    world.trader.fill(RTY, 1)
    world.run(3.9)
    assert closes(world) == ["close RTY"]
    world.run(10)
    assert closes(world) == ["close RTY"]
    assert world.net(RTY) == 0


@pytest.mark.parametrize(
    ("size", "answer", "again_after"),
    [
        pytest.param(1, refused(5, CLOSED), (29, 32), id="S170 closed market"),
        pytest.param(1, refused(5, "insufficient something"), (9, 13), id="refused"),
        pytest.param(1, refused(4), (29, 32), id="not active"),
        pytest.param(1, refused(99), (0.8, 3), id="unlisted code"),
    ],
)
def test_refused_close_is_retried_in_its_own_time(size, answer, again_after):
    world = World(CAPS).start()
    world.fates.script(ClosePosition, answer)
    world.trader.fill(RTY, size)
    world.run(60)
    sent = [s.at for s in world.broker.sent if isinstance(s.request, ClosePosition)]
    assert len(sent) == 2
    assert again_after[0] <= sent[1] - sent[0] <= again_after[1]
    assert world.net(RTY) == 0
    first = next(record.outcome for _, record in world.records if record.code == answer.code)
    assert (first is Outcome.DEFERRED) == (answer.message == CLOSED)


@pytest.mark.parametrize(
    ("answer", "again_after"),
    [
        pytest.param(refused(5), (0, 0.5), id="S170 size no longer fits: looked at, sent again"),
        pytest.param(refused(6), (29, 32), id="S170 null text: deferred"),
    ],
)
def test_refused_reduction(answer, again_after):
    world = World(CAPS).start()
    world.fates.script(ReducePosition, answer)
    world.trader.fill(MNQ, 3)
    world.run(60)
    sent = [s.at for s in world.broker.sent if isinstance(s.request, ReducePosition)]
    assert len(sent) == 2
    assert again_after[0] <= sent[1] - sent[0] <= again_after[1]
    assert world.net(MNQ) == 2


def test_s110_closed_market_is_retried_until_it_opens():
    """L 1 at 17:10 while locked: kept, tried every 30 s and at 18:00."""
    world = World(CAPS, start=datetime(2026, 11, 18, 22, 10, tzinfo=UTC), market_hours=True)
    world.start()
    world.trader.fill(RTY, 1)
    world.run(49 * 60)
    tries = len(closes(world))
    assert 90 <= tries <= 100
    assert world.net(RTY) == 1
    world.run(90)
    assert world.net(RTY) == 0


def test_failed_looks_neither_repeat_nor_end_a_close():
    """A failed safety query is no evidence: nothing is sent until a look answers."""
    world = World(CAPS).start()
    world.fates.script(ClosePosition, LOST_BEFORE)
    world.trader.fill(RTY, 1)
    world.run(0.5)
    world.fates.draw = lambda r: refused(7) if isinstance(r, TakeSnapshot) else Fate()
    world.run(20)
    assert closes(world) == ["close RTY"]
    world.fates.draw = lambda _request: Fate()
    world.run(10)
    assert closes(world) == ["close RTY", "close RTY"]
    assert world.net(RTY) == 0


def test_late_flat_confirmation_is_alarmed():
    """Ten seconds after its event a position that is not flat is alarmed, once."""
    world = World(CAPS).start()
    world.fates.script(ClosePosition, *[LOST_BEFORE] * 5)
    world.trader.fill(RTY, 1)
    world.run(30)
    assert alarms(world).count(f"not flat {RTY}") == 1
    world.run(60)
    assert world.net(RTY) == 0


def test_reduction_is_not_computed_from_a_size_that_was_overtaken():
    """The look read 3; before its answer came the trader sold one: the next look decides."""
    world = World(CAPS, out_ms=60, back_ms=90, hub_ms=5).start()
    world.trader.fill(MNQ, 3)
    world.run(0.25)
    world.trader.fill(MNQ, -1)
    world.run(10)
    assert closes(world) == []
    assert world.net(MNQ) == 2


def test_position_another_order_reversed_is_no_residue():
    """Within the limit, on the other side, right after our reduction: the trader's own trade."""
    world = World(CAPS).start()
    world.trader.fill(MNQ, 3)
    world.run(0.1)
    world.trader.fill(MNQ, -4)
    world.run(70)
    assert closes(world) == ["reduce MNQ by 1"]
    assert world.net(MNQ) == -2
