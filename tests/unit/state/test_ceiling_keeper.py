"""Ceilings follow fills in the venue's order, whenever and how often they are told."""

from datetime import datetime, timedelta

import pytest

from risk_manager.domain.events import PositionChanged, TradeExecuted
from risk_manager.domain.ids import OrderId, RuleId
from risk_manager.domain.locks import LockKey, LockKind, Lockout
from risk_manager.domain.positions import Trade
from risk_manager.state.writes import PutLock
from tests.support.make import ACCOUNT, NOW, cid, position, trade
from tests.support.stage import Stage

MNQ = cid("MNQ")
KEY = LockKey(ACCOUNT, "account", RuleId("RULE-006"))
CAUSE = 7


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def fill(seconds: float, size: int, order: int = CAUSE) -> Trade:
    return trade("MNQ", size, at=after(seconds), order=order)


def lock(stage: Stage, size: int) -> None:
    """A cooldown caused by order 7, set now, that lets this signed size stay."""
    row = Lockout(
        KEY, LockKind.COOLDOWN, "too many", stage.now, after(3600), ceilings={MNQ: size},
        cause_order=OrderId(CAUSE),
    )  # fmt: skip
    stage.market.locks.set(row, stage.now)


def caused() -> tuple[Stage, Trade]:
    """Flat by a look; then the first fill of order 7 of one contract causes the lock."""
    stage = Stage()
    stage.restored([])
    stage.wait(10)
    first = fill(10, 1)
    stage.hear(TradeExecuted(first))
    lock(stage, 1)
    return stage, first


def ceiling(stage: Stage) -> int:
    return stage.market.locks.ceiling(ACCOUNT, MNQ, "MNQ", stage.now) or 0


@pytest.mark.parametrize("others", [[], [fill(15, 2, order=8)]])
def test_a_read_that_repeats_the_fills_of_the_cause_moves_nothing(others):
    """Also with exposure of another order on top, which the ceiling does not let stay."""
    stage, first = caused()
    fills = [first, *others, fill(20, 1), fill(30, 1)]
    for one in fills[1:]:
        stage.wait(5)
        stage.hear(TradeExecuted(one))
    assert ceiling(stage) == 3
    stage.wait(10)
    size = sum(one.signed_size for one in fills)
    stage.restored([position("MNQ", size)], trades=fills)
    assert ceiling(stage) == 3


@pytest.mark.parametrize(
    ("missed", "left"),
    [
        ([fill(25, -1, order=8)], 2),
        ([fill(25, -2, order=8), fill(26, 2, order=9)], 1),
        ([fill(25, 2, order=8), fill(26, -2, order=9)], 3),
        ([fill(5, -1, order=8), fill(6, 1, order=9)], 3),
    ],
)
def test_what_was_missed_takes_its_place_before_later_fills_of_the_cause(missed, left):
    """One, two, then three contracts of order 7; in between something happened unseen."""
    stage, first = caused()
    second, third = fill(20, 1), fill(30, 1)
    for one in (second, third):
        stage.wait(10)
        stage.hear(TradeExecuted(one))
    stage.wait(1)
    size = 3 + sum(one.signed_size for one in missed)
    stage.restored([position("MNQ", size)], trades=[first, second, third, *missed])
    assert ceiling(stage) == left


@pytest.mark.parametrize("is_held", [True, False])
def test_before_the_first_look_nothing_is_lowered_by_what_is_not_known(is_held):
    """Three were kept; one is sold before the first look of a run, which may miss the position."""
    stage = Stage()
    lock(stage, 3)
    stage.wait(10)
    sold = fill(10, -1, order=8)
    stage.hear(PositionChanged(position("MNQ", 2, number=5)))
    stage.hear(TradeExecuted(sold))
    assert ceiling(stage) == 3
    stage.restored([position("MNQ", 2, number=5)] if is_held else [], trades=[sold])
    assert ceiling(stage) == (2 if is_held else 3)
    stage.wait(1.1)
    stage.restored([position("MNQ", 2, number=5)], trades=[sold])
    assert ceiling(stage) == 2
    stage.wait(10)
    stage.hear(TradeExecuted(fill(30, -1, order=8)))
    assert ceiling(stage) == 1


def test_while_the_exposure_is_doubtful_what_is_added_counts_and_what_is_reduced_does_not():
    """A look shows one contract more than the fills we know; the next fill does not explain it."""
    stage, _ = caused()
    stage.wait(20)
    stage.restored([position("MNQ", 2)])
    added, reduced = fill(30.5, 2), fill(30.6, -1, order=8)
    stage.hear(TradeExecuted(added))
    assert stage.account.exposure.is_doubtful(MNQ)
    assert ceiling(stage) == 3
    effects = stage.apply(TradeExecuted(fill(30.55, 1)))
    assert [write.lock.ceilings for write in effects.writes if isinstance(write, PutLock)] == [
        {MNQ: 4}
    ]
    assert effects.raised == {MNQ}
    effects = stage.apply(TradeExecuted(reduced))
    assert not [write for write in effects.writes if isinstance(write, PutLock)]
    assert ceiling(stage) == 4
