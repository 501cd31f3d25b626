"""Which order on a flat contract is left over from before, by the venue's own times."""

from datetime import timedelta
from typing import Any

import pytest

from risk_manager.domain.ids import OrderId, RuleId
from risk_manager.domain.requests import ClosePosition
from risk_manager.enforcement.cleanup import _belongs, _Cleanup
from risk_manager.enforcement.contract_desk import Demand
from risk_manager.simulation.fates import LOST_BEFORE
from risk_manager.simulation.setup import ACCOUNT, CAP, MNQ
from risk_manager.simulation.world import World
from tests.support.make import NOW, cid, order

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("number", "parent", "created", "flat_at", "belongs"),
    [
        (5, None, None, None, True),
        (6, 5, None, None, True),
        (6, None, NOW, None, False),
        (6, None, None, NOW, False),
        (6, None, NOW, NOW, True),
        (6, None, NOW - SECOND, NOW, True),
        (6, None, NOW + SECOND, NOW, False),
        (6, 7, NOW + SECOND, NOW, False),
    ],
)
def test_what_was_alive_before_and_what_is_older_than_the_flattening_fill(
    number, parent, created, flat_at, belongs
):
    """Order 5 was seen alive before the close."""
    known = frozenset({OrderId(5)})
    cleanup = _Cleanup(cid("MNQ"), Demand(RuleId("RULE-001"), "", 0.0), known, flat_at, 0.0)
    assert (
        _belongs(cleanup, order("MNQ", 1, number=number, parent=parent, created=created)) is belongs
    )


def test_an_open_market_hurries_only_what_the_closed_one_refused():
    world = World(CAP).start()
    world.fates.script(ClosePosition, LOST_BEFORE)
    world.trader.fill(MNQ, 6)
    world.run(1)
    guard = world.running.guards[ACCOUNT]
    action = guard.enforcer.desk.actions[MNQ]
    before = action.not_before
    nothing: Any = None
    guard.enforcer.note_market_open(nothing)
    assert action.not_before == before
