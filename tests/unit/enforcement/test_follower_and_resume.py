"""A follower account, whose cancels are refused for good; and closes an earlier run left open."""

import pytest

from risk_manager.domain.records import Outcome
from risk_manager.domain.requests import CancelOrder, ClosePosition
from risk_manager.simulation.fates import LOST_BEFORE, refused
from risk_manager.simulation.setup import ACCOUNT, CAP, ES, MNQ, RTY
from risk_manager.simulation.world import World
from tests.harness.words import alarms, closes, did, working

BLOCK = {"symbol_blocks": {"blocked_symbols": ("RTY",)}}


def test_a_refused_cancel_of_a_follower_is_told_and_not_repeated_and_closes_go_on():
    world = World(BLOCK).start()
    world.fates.script(CancelOrder, *[refused(6, "AccountRejected")] * 9)
    order = world.trader.limit(RTY, 1, 2000)
    world.run(60)
    assert did(world) == [f"cancel {order}"]
    assert len(working(world, RTY)) == 1
    assert "follower" in alarms(world)
    assert world.running.guards[ACCOUNT].account.follower
    world.trader.fill(RTY, 1)
    world.run(5)
    assert (closes(world), world.net(RTY)) == (["close RTY"], 0)


def killed_while_closing(contract_id, size):
    """The close never arrived, and the daemon died."""
    world = World(CAP).start()
    world.fates.script(ClosePosition, LOST_BEFORE)
    world.trader.fill(contract_id, size)
    world.run(0.1)
    assert len(closes(world)) == 1
    world.kill()
    return world


@pytest.mark.parametrize("size", [6, -6])
def test_what_is_left_of_a_named_position_is_closed_after_a_restart(tmp_path, size):
    """Two of it would be no breach any more: it was decided, and is finished."""
    world = killed_while_closing(MNQ, size)
    world.trader.fill(MNQ, -4 if size > 0 else 4)
    since = world.t
    world.restart(tmp_path)
    world.run(10)
    assert (closes(world, since), world.net(MNQ)) == (["close MNQ"], 0)


def test_another_position_of_the_contract_is_not_the_earlier_runs_business(tmp_path):
    world = killed_while_closing(MNQ, 6)
    world.trader.fill(MNQ, -6)
    world.trader.fill(MNQ, 2)
    world.trader.fill(ES, 1)
    since = world.t
    world.restart(tmp_path)
    world.run(10)
    assert (closes(world, since), world.net(MNQ)) == ([], 2)
    (line,) = [r for at, r in world.records if at >= since and r.contract_id == MNQ]
    assert line.outcome is Outcome.ALREADY
