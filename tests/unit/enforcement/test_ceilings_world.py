"""Ceilings by fills: read before a decision, kept over restarts, half a second at most (S179)."""

import pytest

from risk_manager.core.assembly import Restored
from risk_manager.domain.events import PositionChanged
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.simulation.fates import Fate
from risk_manager.simulation.setup import LOSS, MNQ
from risk_manager.simulation.world import World
from tests.harness.words import closes, cooldown, did, did_at, report


def kept(size: int, **options) -> World:
    """A world in which a running cooldown keeps `size` MNQ; quiet for a while."""
    world = World(LOSS, **options)
    world.trader.fill(MNQ, size)
    world.start(Restored(locks=(cooldown({MNQ: size}),)))
    world.run(4)
    assert did(world) == []
    return world


def test_s179_a_size_without_its_trade_is_explained_first():
    world = kept(2)
    world.fates.draw_event = lambda event, usual: [] if event.kind == "trade" else [usual]
    since = world.t
    world.trader.fill(MNQ, 1)
    world.run(10)
    assert min(at for at in world.broker.calls if at > since) - since < 0.02, "read at once"
    ((sent, word),) = [one for one in did_at(world, since) if one[1].startswith("reduce")]
    assert (word, sent < 0.2) == ("reduce MNQ by 1", True)
    assert world.net(MNQ) == 2


def test_s179_a_read_that_hangs_is_waited_for_half_a_second():
    world = kept(2)
    world.fates.draw_event = lambda event, usual: [] if event.kind == "trade" else [usual]
    world.fates.script(TakeSnapshot, Fate(out_ms=100, back_ms=300))
    since = world.t
    world.trader.fill(MNQ, 1)
    world.run(20)
    ((sent, word),) = [one for one in did_at(world, since) if one[1].startswith("reduce")]
    assert word == "reduce MNQ by 1"
    assert sent < 1.6
    assert world.net(MNQ) == 2


def test_a_report_alone_of_a_larger_size_closes_nothing():
    world = kept(2)
    number = world.exchange.positions(10001)[0].id
    world.deliver(PositionChanged(report(world, MNQ, 3, number)))
    world.run(10)
    assert did(world) == []


@pytest.mark.parametrize(("fills", "left"), [((-2, 2), 1), ((-1,), 2), ((-3, 3), 0), ((1,), 3)])
def test_a_restart_replays_what_was_missed_over_the_present_size(tmp_path, fills, left):
    """The exposure before the first look is not known: fills found until then come after it."""
    world = World({"trade_frequency_limit": {"limits": {"per_session": 3}}}).start()
    for size in (1, 1, -1, 1, 1):
        world.trader.fill(MNQ, size)
        world.run(2)
    assert (dict(world.locks()[0].ceilings), did(world)) == ({MNQ: 3}, [])
    world.kill()
    for size in fills:
        world.trader.fill(MNQ, size)
        world.run(2)
    world.restart(tmp_path)
    world.run(15)
    assert world.net(MNQ) == left
    assert len(closes(world)) == (0 if fills == (-1,) else 1)
