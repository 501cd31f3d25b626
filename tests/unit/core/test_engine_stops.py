"""RULE-008 against the venue's book: what has no stop at its deadline goes, after a look."""

from decimal import Decimal
from itertools import pairwise

import pytest

from risk_manager.gateway_sim.venue_enums import OrderType
from risk_manager.simulation.setup import ACCOUNT, ES, MNQ
from tests.harness.stops import GRACE, PRICE, StopWorld, entered, grace
from tests.harness.words import alarms, closes, working

LOSS_SIDE = PRICE - 50


def test_s48_a_stop_in_time_protects():
    stops = entered()
    stops.to(10)
    stops.stop(-1, LOSS_SIDE)
    stops.to(120)
    assert stops.done() == []


def test_s49_nothing_before_30_then_a_look_and_a_close_and_a_new_position_gets_its_own():
    stops = entered()
    looks = stops.looks()
    stops.to(29.999)
    assert stops.done() == []
    assert max(later - one for one, later in pairwise(looks)) < 6.1
    stops.to(40)
    assert 30.0 in looks
    assert stops.done() == [(30.03, "close MNQ")]
    assert (stops.net, stops.world.locks()) == (0, [])
    stops.enter(1)
    stops.to(29.999)
    assert stops.done() == []
    stops.to(31)
    assert stops.done() == [(30.03, "close MNQ")]


@pytest.mark.parametrize(
    ("size", "kind", "side", "price"),
    [
        (1, OrderType.LIMIT, -1, PRICE + 50),
        (-1, OrderType.STOP, -1, PRICE - 50),
        (1, OrderType.STOP, 1, PRICE + 50),
        (-1, OrderType.LIMIT, 1, PRICE - 50),
    ],
)
def test_s50_a_target_and_an_order_on_the_wrong_side_protect_nothing(size, kind, side, price):
    stops = entered(size)
    stops.to(1)
    place = stops.trader.limit if kind is OrderType.LIMIT else stops.trader.stop
    place(MNQ, side, price)
    stops.to(31)
    assert stops.done()[0] == (30.03, "close MNQ")


def test_a_buy_stop_protects_a_short():
    stops = entered(-1)
    stops.stop(1, PRICE + 50)
    stops.to(60)
    assert stops.done() == []


def test_s51_a_stop_no_event_told_of_is_found_by_the_look():
    stops = entered()
    stops.world.fates.draw_event = lambda event, usual: [] if event.kind == "order" else [usual]
    stops.to(29.9)
    stops.stop(-1, LOSS_SIDE)
    stops.to(90)
    assert stops.done() == []


def test_s52_a_look_that_fails_closes_nothing_and_alarms_at_once():
    stops = entered()
    stops.fail_reads(29.95, 32)
    stops.to(30.1)
    assert "RULE-008 UNKNOWN" in alarms(stops.world)
    stops.to(33)
    assert stops.done() == []
    stops.to(34)
    assert stops.done() == [(33.06, "close MNQ")]


def test_reads_that_go_on_failing_are_repeated_after_1_2_3_5_and_5_seconds():
    stops = entered()
    stops.to(29.95)
    stops.fail_reads(29.95, 55)
    looks = stops.looks()
    stops.to(56)
    assert [round(at) for at in looks] == [30, 31, 33, 36, 41, 46, 51]
    assert stops.done() == []
    stops.to(57)
    assert [round(at) for at, _ in stops.done()] == [56]


def test_s53_a_stop_in_profit_protects_while_the_market_has_not_passed_it():
    stops = entered()
    number = stops.stop(-1, LOSS_SIDE)
    stops.to(5)
    stops.trader.price(MNQ, PRICE + 30)
    stops.world.exchange.modify(ACCOUNT, number, stop_price=Decimal(PRICE + 10))
    stops.world.collect()
    stops.to(60)
    assert stops.done() == []


def test_s54_a_cancelled_stop_gives_a_fresh_grace():
    stops = entered()
    stops.to(5)
    number = stops.stop(-1, LOSS_SIDE)
    stops.to(40)
    stops.trader.cancel(number)
    stops.to(69.99)
    assert stops.done() == []
    stops.to(75)
    assert stops.done() == [(70.04, "close MNQ")]


def test_s54_replaced_in_time_it_protects():
    stops = entered()
    number = stops.stop(-1, LOSS_SIDE)
    stops.to(40)
    stops.trader.cancel(number)
    stops.to(55)
    stops.stop(-1, LOSS_SIDE)
    stops.to(120)
    assert stops.done() == []


def test_s55_only_what_no_stop_covers_is_closed():
    stops = entered(2)
    number = stops.stop(-1, LOSS_SIDE)
    stops.to(40)
    assert stops.done() == [(30.05, "reduce MNQ by 1")]
    assert (stops.net, working(stops.world)) == (1, [number])
    stops.to(120)
    assert (stops.net, working(stops.world)) == (1, [number])
    assert stops.guarantees.problems == []


def test_s55_without_full_size_any_stop_is_enough():
    stops = entered(2, grace(require_full_size=False))
    stops.stop(-1, LOSS_SIDE)
    stops.to(120)
    assert stops.done() == []


def test_each_added_contract_has_its_own_clock():
    """Long 1 at 0, 1 more at 20: one goes at 30, the other at 50."""
    stops = entered(1)
    stops.to(20)
    stops.trader.fill(MNQ, 1, PRICE)
    stops.to(49.9)
    assert [word for _, word in stops.done()] == ["reduce MNQ by 1"]
    stops.to(52)
    at, word = stops.done()[-1]
    assert (word, round(at)) == ("close MNQ", 50)


def test_a_stop_for_three_protects_two():
    stops = entered(2)
    stops.stop(-3, LOSS_SIDE)
    stops.to(60)
    assert closes(stops.world) == []


def test_two_contracts_have_clocks_of_their_own():
    stops = StopWorld(GRACE)
    stops.enter(1)
    stops.to(10)
    stops.trader.fill(ES, 1)
    stops.to(31)
    assert closes(stops.world) == ["close MNQ"]
    stops.to(41)
    assert closes(stops.world) == ["close MNQ", "close EP"]
