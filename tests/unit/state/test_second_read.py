"""One position read without a position is not flat (S167)."""

from risk_manager.domain.events import SnapshotTaken, TradeExecuted
from risk_manager.domain.ids import RequestId
from risk_manager.domain.positions import Position
from risk_manager.domain.requests import TakeSnapshot
from risk_manager.state.effects import Effects
from tests.support.make import ACCOUNT, cid, trade
from tests.support.stage import Stage

MNQ = cid("MNQ")


def merged(stage: Stage, *positions: Position) -> Effects:
    """Merge a read of orders and positions, a second after the one before."""
    stage.wait(1)
    stage.step = stage._step()
    request = TakeSnapshot(RequestId(1), ACCOUNT, trades_since=None)
    mono = stage.mono
    answer = SnapshotTaken(
        request, None, (), positions, None, (), None, mono - 0.2, mono - 0.15, mono - 0.1, mono
    )
    return stage.manager.apply_snapshot(answer, stage.step.stamp)


def test_s167_one_read_without_a_position_proves_nothing():
    stage = Stage()
    stage.fill("MNQ", 2)
    (known,) = stage.account.positions.all()
    effects = merged(stage)
    assert effects.second_read
    assert not effects.changed
    assert stage.account.reported(MNQ) == stage.account.exposure.exposure(MNQ) == 2
    assert not merged(stage, known).second_read
    assert merged(stage).second_read, "the first read without it no longer counts"
    assert stage.account.reported(MNQ) == 2


def test_a_fill_that_closed_it_makes_one_read_enough():
    stage = Stage()
    stage.fill("MNQ", 2)
    stage.hear(TradeExecuted(trade("MNQ", -2, at=stage.now, pnl="5")))
    assert not merged(stage).second_read
    assert stage.account.reported(MNQ) == 0
