"""Reported size and size by fills: what is held, touched, seen by a rule, and not valued."""

from dataclasses import replace

import pytest

from risk_manager.domain.events import PositionChanged, TradeExecuted
from risk_manager.domain.unknown import Unknown
from tests.support.make import cid, order, position, trade
from tests.support.stage import Stage

MNQ, ES = cid("MNQ"), cid("ES")


def sized(reported: int, by_fills: int) -> Stage:
    """A stage whose two sizes of MNQ are these."""
    stage = Stage()
    if reported:
        stage.hear(PositionChanged(position("MNQ", reported)))
    if by_fills:
        stage.hear(TradeExecuted(trade("MNQ", by_fills)))
    return stage


@pytest.mark.parametrize(
    ("reported", "by_fills", "held"),
    [(3, 2, 3), (2, 3, 3), (0, -2, -2), (-2, 0, -2), (2, -2, 2), (1, -2, -2), (0, 0, 0)],
)
def test_what_is_guarded_is_the_larger_of_the_two(reported, by_fills, held):
    stage = sized(reported, by_fills)
    assert stage.account.held(MNQ) == held
    assert stage.account.reported(MNQ) == reported
    assert stage.view.exposure(MNQ) == by_fills
    assert stage.account.touched_contracts() == ([MNQ] if held else [])


def test_a_contract_with_an_order_alone_is_touched():
    stage = sized(1, 0)
    stage.restored([position("MNQ", 1)], [order("ES", 1)])
    assert stage.account.touched_contracts() == [ES, MNQ]


def test_a_position_without_an_average_price_is_not_valued():
    stage = Stage()
    stage.hear(TradeExecuted(trade("MNQ", 1)))
    stage.hear(PositionChanged(replace(position("MNQ", 1), average_price=None)))
    stage.quote("MNQ", "21000")
    assert stage.view.combined_pnl_today(net=False) == Unknown("no average price of MNQH6")
    assert not stage.view.open_parts()[0].lacks_price


def test_roots_come_from_the_contract_or_are_unknown():
    stage = Stage(known=["MNQ"])
    assert stage.view.root_of(MNQ) == "MNQ"
    assert stage.view.root_of(ES) == "ES"
    assert isinstance(stage.view.root_of(cid("XYZ")), Unknown)
