"""What is left, and what has room, where something is missing or nothing limits."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from risk_manager.domain.distance import NextOrder
from risk_manager.domain.events import TradeExecuted
from risk_manager.domain.ids import ContractId
from risk_manager.rules.base_rule import DailyTarget
from tests.support.grace import grace
from tests.support.make import NOW, cid, ny, position, trade
from tests.support.sessions import hours
from tests.support.stage import Stage, rule
from tests.support.stops import breakeven

ODD = ContractId("CON.F.US.XYZ.H26")


def left(one, *held, prices=()):
    """What is left with these positions, the prices being those of MNQ."""
    stage = Stage(one)
    stage.restored(held)
    for price in prices:
        stage.quote("MNQ", price)
    found = one.left(stage.view.at(stage.step.stamp))
    return None if found is None else (found.amount, found.of)


@pytest.mark.parametrize("section", ["daily_unrealized_loss", "max_unrealized_profit"])
def test_without_one_price_no_distance_of_open_pnl_is_told(section):
    one = rule(section, limit=300, scope="per_position")
    held = position("MNQ", 1), position("ES", 1)
    assert left(one, *held, prices=["21000"]) is None
    assert left(one, held[0], prices=["21000"]) == (Decimal(300), "MNQ")


def test_the_daily_target_is_nearer_than_the_positions_own():
    one = rule("max_unrealized_profit", limit=1000, scope="per_position")
    one.context = replace(one.context, daily_target=DailyTarget(Decimal(900), net=False))
    stage = Stage(one)
    stage.hear(TradeExecuted(trade("ES", -1, pnl="800")))
    stage.restored([position("MNQ", 1, opened=NOW)])
    stage.quote("MNQ", "21010")
    found = one.left(stage.view.at(stage.step.stamp))
    assert found is not None
    assert (found.amount, found.of) == (Decimal(80), "MNQ")


def test_ticks_to_the_next_trigger_need_a_price_and_an_average():
    held = position("MNQ", 1)
    assert left(breakeven(), held) is None
    assert left(breakeven(), held, prices=["21001"]) == (Decimal(6), "MNQ")
    assert left(breakeven(), held, prices=["21005"]) is None
    assert left(breakeven(), replace(held, average_price=None), prices=["21001"]) is None


def test_without_an_average_no_stop_is_judged():
    stage = Stage(breakeven())
    stage.restored([replace(position("MNQ", 1), average_price=None)])
    assert stage.quote("MNQ", "21005") == []
    assert stage.status("RULE-012") == (None, "no average price of MNQ")


def test_a_symbol_that_is_free_has_no_cap_and_a_strange_contract_no_distance():
    one = rule(
        "max_contracts_per_instrument", limits={"MNQ": 2}, unknown_symbol_action="allow_unlimited"
    )
    stage = Stage(one)
    stage.restored([replace(position("MNQ", 1), contract_id=ODD)])
    view = stage.view.at(stage.step.stamp)
    assert one.room(NextOrder("ES", 1), view) is None
    assert one.room(NextOrder("MNQ", 1), view) == 0
    assert one.left(view) is None


def test_a_position_that_may_stay_is_closed_by_no_clock():
    now = ny("2026-03-11 15:00")
    for closes, wanted in ((True, now + timedelta(hours=1)), (False, None)):
        one: Any = hours(close_positions_at_session_end=closes)
        assert one.closes_at("MNQ", now) == wanted


def test_lots_wait_only_for_a_position_that_was_judged():
    one: Any = grace()
    stage = Stage(one)
    assert one.waiting_lots(cid("MNQ"), stage.view) == ()
    stage.restored([position("MNQ", 1, opened=NOW)])
    assert len(one.waiting_lots(cid("MNQ"), stage.view)) == 1
    stage.emptied()
    assert one.waiting_lots(cid("MNQ"), stage.view) == ()


def test_an_opening_fill_of_a_loss_whose_pause_is_over_says_only_what_it_lost():
    tiers = ({"loss_amount": -100, "cooldown_duration": 60},)
    stage = Stage(rule("cooldown_after_loss", loss_thresholds=tiers))
    stage.restored([position("MNQ", 1)])
    long_ago = NOW - timedelta(minutes=5)
    stage.hear(TradeExecuted(trade("MNQ", -1, at=long_ago, pnl="-150", order=9)))
    reversing = trade("MNQ", -1, at=long_ago + timedelta(seconds=1), order=9)
    assert stage.hear(TradeExecuted(reversing)) == []
    assert stage.status("RULE-007") == ("-150.00", None)
    assert stage.step.notices == []
