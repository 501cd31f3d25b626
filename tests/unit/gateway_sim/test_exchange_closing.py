"""closeContract and partialCloseContract."""

from __future__ import annotations

import pytest

from risk_manager.gateway_sim.checks import CLOSED_TEXT
from risk_manager.gateway_sim.venue_enums import CloseCode, OrderStatus, PartialCloseCode
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, MNQ, SELL, START, Floor, dec

LEGS = {"stop_loss_ticks": -40, "stop_loss_type": 4, "take_profit_ticks": 80, "take_profit_type": 1}


@pytest.mark.parametrize("side", [BUY, SELL])
def test_close_is_an_untagged_market_order_filled_after_3_ms(side):
    floor = Floor()
    floor.market(side, 3)
    floor.events()
    assert floor.exchange.close_contract(ACCOUNT, MNQ).code == 0
    (pending,) = floor.events()
    assert (pending.data.status, pending.data.custom_tag) == (OrderStatus.PENDING, None)
    assert (pending.data.size, pending.data.side) == (3, side.opposite)
    floor.wait(2)
    assert abs(floor.net()) == 3
    floor.wait(1)
    assert floor.net() == 0
    assert [e.kind for e in floor.events()] == ["order", "trade", "position", "account"]


def test_closed_position_event_has_type_0_size_0_old_average_and_creation():
    floor = Floor()
    floor.market(BUY, 2)
    (before,) = floor.exchange.positions(ACCOUNT)
    floor.events()
    floor.exchange.close_contract(ACCOUNT, MNQ)
    floor.wait()
    closed = next(e.data for e in floor.events() if e.kind == "position")
    assert (closed.id, closed.type, closed.size) == (before.id, 0, 0)
    assert (closed.average_price, closed.created) == (before.average_price, before.created)


def test_two_closes_in_flight_flip_the_position():
    floor = Floor()
    floor.market(BUY, 2)
    floor.exchange.close_contract(ACCOUNT, MNQ)
    floor.exchange.close_contract(ACCOUNT, MNQ)
    floor.wait()
    assert floor.net() == -2


def test_size_is_taken_at_acceptance_and_not_reduced_by_what_happens_meanwhile():
    floor = Floor()
    floor.market(BUY, 2)
    floor.exchange.close_contract(ACCOUNT, MNQ)
    floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 1)
    floor.wait()
    assert floor.net() == -1


def test_reduce_only_option_takes_what_is_left_and_cancels_the_rest():
    floor = Floor(close_reduce_only=True)
    floor.market(BUY, 2)
    floor.exchange.close_contract(ACCOUNT, MNQ)
    floor.exchange.close_contract(ACCOUNT, MNQ)
    floor.wait()
    assert floor.net() == 0
    last = floor.exchange.orders(ACCOUNT)[-1]
    assert (last.status, last.fill_volume) == (OrderStatus.CANCELLED, 0)


@pytest.mark.parametrize(("cancels", "left"), [(False, 2), (True, 0)])
def test_working_orders_are_left_alone_unless_the_option_says_otherwise(cancels, left):
    floor = Floor(close_cancels_legs=cancels)
    floor.market(BUY, **LEGS)
    floor.exchange.close_contract(ACCOUNT, MNQ)
    floor.wait()
    assert floor.net() == 0
    assert len(floor.exchange.open_orders(ACCOUNT)) == left


def test_partial_close_reduces_and_leaves_the_legs_at_their_size():
    floor = Floor()
    floor.market(BUY, 5, **LEGS)
    assert floor.exchange.partial_close(ACCOUNT, MNQ, 2).code == 0
    floor.wait()
    assert floor.net() == 3
    assert {o.size for o in floor.exchange.open_orders(ACCOUNT)} == {5}
    assert floor.exchange.partial_close(ACCOUNT, MNQ, 3).code == 0
    floor.wait()
    assert floor.net() == 0


@pytest.mark.parametrize("size", [0, -1, 3])
def test_partial_close_of_a_wrong_size(size):
    floor = Floor()
    floor.market(BUY, 2)
    answer = floor.exchange.partial_close(ACCOUNT, MNQ, size)
    assert answer.code == PartialCloseCode.INVALID_CLOSE_SIZE


@pytest.mark.parametrize(
    ("account", "contract", "code"),
    [(99, MNQ, CloseCode.ACCOUNT_NOT_FOUND), (ACCOUNT, MNQ, CloseCode.POSITION_NOT_FOUND),
     (ACCOUNT, "CON.F.US.NOPE.Z26", CloseCode.CONTRACT_NOT_FOUND)],
)  # fmt: skip
def test_what_cannot_be_closed(account, contract, code):
    floor = Floor()
    assert floor.exchange.close_contract(account, contract).code == code
    assert floor.exchange.partial_close(account, contract, 1).code == code
    assert floor.events() == []


def test_rolled_contract_with_a_position_is_not_active():
    floor = Floor()
    floor.market(BUY)
    floor.exchange.roll("MNQ")
    assert floor.exchange.close_contract(ACCOUNT, MNQ).code == CloseCode.CONTRACT_NOT_ACTIVE
    answer = floor.exchange.partial_close(ACCOUNT, MNQ, 1)
    assert answer.code == PartialCloseCode.CONTRACT_NOT_ACTIVE


def test_closed_market_is_code_5_with_text_and_code_6_without():
    floor = Floor(start=START.replace(hour=21, minute=59), market_hours=True)
    floor.market(BUY)
    floor.wait(61_000)
    whole = floor.exchange.close_contract(ACCOUNT, MNQ)
    assert (whole.code, whole.message) == (CloseCode.ORDER_REJECTED, CLOSED_TEXT)
    part = floor.exchange.partial_close(ACCOUNT, MNQ, 1)
    assert (part.code, part.message) == (PartialCloseCode.ORDER_REJECTED, None)


def test_neither_can_trade_nor_follower_keeps_from_closing():
    floor = Floor()
    floor.market(BUY)
    floor.exchange.set_account(ACCOUNT, can_trade=False, follower=True)
    assert floor.exchange.close_contract(ACCOUNT, MNQ).code == 0
    floor.wait()
    assert floor.net() == 0


def test_fill_now_overrides_flags_and_can_be_silent():
    floor = Floor()
    floor.exchange.set_account(ACCOUNT, can_trade=False)
    floor.events()
    answer = floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 2, dec("19999.75"), silent=True)
    assert answer.code == 0
    events = floor.events()
    assert [e.kind for e in events] == ["order", "order", "trade", "position", "account"]
    assert all(e.silent for e in events)
    assert floor.exchange.trades(ACCOUNT)[0].price == dec("19999.75")
    assert floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 1, dec("19999.7")).code == 2
    assert floor.exchange.fill_now(ACCOUNT, MNQ, SELL, 0).code == 2
    assert floor.exchange.fill_now(99, MNQ, SELL, 1).code == 1
    assert floor.exchange.fill_now(ACCOUNT, "x", SELL, 1).code == 8
