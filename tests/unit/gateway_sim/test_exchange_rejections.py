"""Every refusal of Order/place with its code and text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from risk_manager.gateway_sim.model import PlaceRequest
from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType, PlaceCode
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, MNQ, SELL, START, Floor

FIXTURES = Path(__file__).parents[2] / "fixtures" / "gateway"
CLOSED = "Trading is currently unavailable. The instrument is not in an active trading status."
POSITION_BRACKETS = (
    "Brackets cannot be used with Position Brackets. You must enable Auto OCO Brackets."
)
M, L, S, SL, T = (
    OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.STOP_LIMIT,
    OrderType.TRAILING_STOP,
)  # fmt: skip


def stop(ticks: int, kind: int | None = 4) -> dict[str, Any]:
    return {"stop_loss_ticks": ticks, "stop_loss_type": kind}


def target(ticks: int, kind: int | None = 1) -> dict[str, Any]:
    return {"take_profit_ticks": ticks, "take_profit_type": kind}


SIGN = "Invalid {} ticks ({}). Ticks should be {} than zero when {}."
ALIGN = "Invalid {} price. Price is not aligned to tick size."
CASES: list[tuple[OrderType | int, Any, dict[str, Any], str]] = [
    (M, BUY, stop(40), SIGN.format("stop loss", 40, "less", "longing")),
    (M, SELL, stop(-40), SIGN.format("stop loss", -40, "greater", "shorting")),
    (M, BUY, target(-8), SIGN.format("take profit", -8, "greater", "longing")),
    (M, SELL, target(8), SIGN.format("take profit", 8, "less", "shorting")),
    (M, BUY, stop(0), SIGN.format("stop loss", 0, "less", "longing")),
    (M, BUY, stop(-40, 1), "Invalid stop loss type (Limit)"),
    (M, BUY, stop(-40, None), "Invalid stop loss type (Unknown)"),
    (M, BUY, stop(-40, 99), "Invalid stop loss type (Unknown)"),
    (M, BUY, target(40, 4), "Invalid take profit type (Stop)"),
    (L, BUY, {"limit_price": "20000.10"}, ALIGN.format("limit")),
    (L, BUY, {}, "Limit price not set."),
    (S, BUY, {"stop_price": "20000.10"}, ALIGN.format("stop")),
    (S, BUY, {}, "Stop price not set."),
    (SL, BUY, {"limit_price": "20000"}, "Stop price not set."),
    (SL, BUY, {"stop_price": "20000"}, "Limit price not set."),
    (T, SELL, {}, "Trail Distance not set."),
    (T, SELL, {"trail_price": "20000"}, "Trail Distance not set."),
    (T, SELL, {"trail_price": "19999.9"}, ALIGN.format("trail")),
    (T, SELL, {"trail_price": "19749.75"}, "Trail Distance exceeds maximum (1000)"),
    (0, BUY, {}, "Invalid order type (0)"),
    (42, BUY, {}, "Invalid order type (42)"),
    (M, BUY, {"size": 0}, "Invalid order size (0)"),
    (M, BUY, {"size": -1}, "Invalid order size (-1)"),
]


@pytest.mark.parametrize(("kind", "side", "members", "text"), CASES)
def test_rejected_order_gets_code_2_text_id_and_a_status_5_event(kind, side, members, text):
    floor = Floor()
    answer = floor.place(kind, side, **members)
    assert (answer.code, answer.message) == (PlaceCode.ORDER_REJECTED, text)
    assert answer.order_id is not None
    (event,) = floor.events()
    assert event.kind == "order"
    assert event.data.id == answer.order_id
    assert (event.data.status, event.data.fill_volume) == (OrderStatus.REJECTED, 0)
    assert floor.get(answer.order_id).status is OrderStatus.REJECTED
    assert floor.exchange.open_orders(ACCOUNT) == []
    floor.wait()
    assert floor.net() == 0


@pytest.mark.parametrize("name", ["rejected-stop-ticks-sign", "rejected-position-brackets"])
def test_texts_are_those_of_the_fixtures(name):
    payload = json.loads((FIXTURES / f"rest-order-place-response-{name}.json").read_text("utf-8"))
    floor = Floor()
    if name == "rejected-position-brackets":
        floor.exchange.set_account(ACCOUNT, auto_oco=False)
    answer = floor.place(M, BUY, **stop(40))
    assert answer.message == payload["payload"]["errorMessage"]
    assert answer.code == payload["payload"]["errorCode"]


def test_position_brackets_mode_still_takes_an_order_without_brackets():
    floor = Floor()
    floor.exchange.set_account(ACCOUNT, auto_oco=False)
    assert floor.place(M, BUY).code == 0
    assert floor.place(M, BUY, **stop(-40)).message == POSITION_BRACKETS


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"account_id": 99}, PlaceCode.ACCOUNT_NOT_FOUND),
        ({"contract_id": "CON.F.US.NOPE.Z26"}, PlaceCode.CONTRACT_NOT_FOUND),
        ({"contract_id": "nonsense"}, PlaceCode.CONTRACT_NOT_FOUND),
        ({"contract_id": "CON.F.US.MNQ.F26"}, PlaceCode.CONTRACT_NOT_FOUND),
        ({"side": 2}, PlaceCode.ORDER_REJECTED),
    ],
)
def test_what_cannot_be_an_order_leaves_none(members, code):
    floor = Floor()
    answer = floor.place(M, BUY, **members)
    assert answer.code == code
    assert answer.order_id is None
    assert floor.events() == []


def test_expired_month_is_not_active():
    floor = Floor()
    answer = floor.place(M, BUY, contract_id="CON.F.US.MNQ.U26")
    assert answer.code == PlaceCode.CONTRACT_NOT_ACTIVE
    assert floor.get(answer.order_id or 0).status is OrderStatus.REJECTED


def test_account_that_may_not_trade_and_follower():
    floor = Floor()
    floor.exchange.set_account(ACCOUNT, can_trade=False)
    assert floor.place(M, BUY).code == PlaceCode.ACCOUNT_VIOLATION
    floor.exchange.set_account(ACCOUNT, can_trade=True, follower=True)
    assert floor.place(M, BUY).code == PlaceCode.ACCOUNT_REJECTED
    floor.exchange.set_account(ACCOUNT, follower=False)
    assert floor.place(M, BUY).code == 0


def test_custom_tag_is_unique_per_account_but_a_refused_order_does_not_use_it_up():
    floor = Floor(accounts=2)
    refused = floor.place(L, BUY, custom_tag="mine")
    assert refused.code == PlaceCode.ORDER_REJECTED
    assert floor.place(M, BUY, custom_tag="mine").code == 0
    again = floor.place(M, BUY, custom_tag="mine")
    assert (again.code, again.message) == (2, "Custom tag is already in use (mine)")
    assert floor.place(M, BUY, custom_tag="mine", account_id=ACCOUNT + 1).code == 0


def test_without_a_price_nothing_that_needs_one_is_taken():
    floor = Floor(start_prices=False)
    assert floor.place(M, BUY).message == CLOSED
    assert floor.place(OrderType.JOIN_BID, BUY).message == CLOSED
    trail = floor.place(T, SELL, trail_price="19990")
    assert trail.message == "Cannot trail without a last price"
    assert floor.place(L, BUY, limit_price="19990").code == 0


def test_closed_market_is_code_2_with_the_observed_text():
    # 16:30 in Chicago: the maintenance hour.
    floor = Floor(start=START.replace(hour=22, minute=30), market_hours=True)
    answer = floor.place(M, BUY)
    assert (answer.code, answer.message) == (PlaceCode.ORDER_REJECTED, CLOSED)
    assert answer.order_id is not None


def test_side_is_a_plain_integer_in_the_request():
    floor = Floor()
    assert floor.exchange.place(PlaceRequest(ACCOUNT, MNQ, 2, 1, 1)).code == 0
    floor.wait()
    assert floor.net() == -1
