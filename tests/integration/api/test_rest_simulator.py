"""The REST client against the simulated gateway, which shares no wire code with it."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from risk_manager.api.auth_calls import Credentials
from risk_manager.api.auth_errors import AuthError
from risk_manager.api.rest_client import RestGateway
from risk_manager.domain.ids import ContractId, OrderId, RequestId
from risk_manager.domain.orders import OrderKind, OrderStatus, Side
from risk_manager.domain.requests import (
    CancelOrder,
    FetchContract,
    FetchLastBar,
    ModifyOrder,
    PlaceStop,
    Priority,
)
from risk_manager.gateway_sim.options_server import ServerOptions
from risk_manager.gateway_sim.server import SimServer
from tests.integration.api.rest_rig import ACCOUNT, CLOSE, EVERYTHING, LOOK, MNQ, REDUCE, SHORT

START = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def sim():
    with SimServer(ServerOptions(start=START)) as server:
        yield server


@pytest.fixture
def gateway(sim):
    events: list[object] = []
    gateway = RestGateway(
        sim.api_url,
        Credentials(sim.username, sim.api_key),
        mono=time.monotonic,
        deliver=events.append,
        timeouts=replace(SHORT, close=0.5, read=5.0, order=5.0, history=5.0),
    )
    gateway.login()
    return gateway


@pytest.fixture
def channel(gateway):
    with contextlib.closing(gateway.open_channel("one")) as channel:
        yield channel


def buy(sim: SimServer, size: int) -> None:
    fill = {"accountId": ACCOUNT, "contractId": MNQ, "side": 0, "size": size, "price": 21000}
    sim.control("/sim/price", {"contractId": MNQ, "last": 21000})
    sim.control("/sim/fill", fill)


def signed_size(channel) -> int:
    """Look until no order is alive, then return the position's signed size."""
    while True:
        taken = channel.run(replace(LOOK, priority=Priority.ENFORCEMENT))
        assert taken.is_look, taken.failure
        if not taken.orders:
            return sum(position.signed_size for position in taken.positions)


def test_nothing_open_is_read_as_nothing_open(sim, channel):
    taken = channel.run(EVERYTHING)
    assert taken.failure is None
    assert (taken.trades, taken.orders, taken.positions, taken.suspended) == ((), (), (), ())
    assert taken.account.can_trade is True


def test_a_fill_is_read_back_exactly(sim, channel):
    buy(sim, 3)
    taken = channel.run(replace(EVERYTHING, trades_since=START - timedelta(hours=1)))
    assert taken.failure is None
    (trade,), (position,) = taken.trades, taken.positions
    assert (trade.price, trade.pnl, trade.signed_size) == (Decimal(21000), None, 3)
    assert (trade.fees, trade.commissions) == (Decimal("1.08"), Decimal("0.75"))
    assert (position.signed_size, position.average_price) == (3, Decimal(21000))
    assert taken.account.balance == Decimal(150000) - trade.fees - trade.commissions


def test_reduce_then_close(sim, channel):
    buy(sim, 5)
    assert channel.run(replace(REDUCE, size=2)).success
    assert signed_size(channel) == 3
    channel.warm()
    assert channel.write_now(CLOSE)
    assert channel.finish(CLOSE).success
    assert signed_size(channel) == 0
    again = channel.run(CLOSE)
    assert (again.status, again.success, again.code) == (200, False, 2)


def test_working_and_suspended_orders_cancel_and_modify(sim, channel):
    buy(sim, 1)
    order = {"accountId": ACCOUNT, "contractId": MNQ, "type": 1, "side": 0, "size": 2}
    bracket = {"stopLossBracket": {"ticks": -40, "type": 4}}
    sim.control("/sim/order", order | {"limitPrice": 20000} | bracket)
    taken = channel.run(EVERYTHING)
    (working,), (child,) = taken.orders, taken.suspended
    assert (working.status, working.limit_price) == (OrderStatus.OPEN, Decimal(20000))
    assert (child.status, child.parent_id) == (OrderStatus.SUSPENDED, working.id)

    change = ModifyOrder(RequestId(9), ACCOUNT, working.id, limit_price=Decimal("19999.75"))
    assert channel.run(change).success
    assert channel.run(LOOK).orders[0].limit_price == Decimal("19999.75")
    assert channel.run(CancelOrder(RequestId(9), ACCOUNT, working.id)).success
    assert channel.run(LOOK).orders == ()
    assert channel.run(CancelOrder(RequestId(9), ACCOUNT, OrderId(1))).code == 2


def test_a_stop_is_placed_once_for_each_tag(sim, channel):
    buy(sim, 2)
    stop = PlaceStop(RequestId(9), ACCOUNT, MNQ, Side.SELL, 2, Decimal("20999.75"), "RM012-1")
    channel.warm()
    assert channel.write_now(stop)
    placed = channel.finish(stop)
    (found,) = channel.run(LOOK).orders
    assert (placed.order_id, placed.code) == (found.id, 0)
    assert (found.kind, found.side, found.size) == (OrderKind.STOP, Side.SELL, 2)
    assert (found.stop_price, found.custom_tag) == (Decimal("20999.75"), "RM012-1")
    assert channel.run(stop).code == 2
    moved = ModifyOrder(RequestId(9), ACCOUNT, found.id, stop_price=Decimal("20999.80"))
    assert channel.run(moved).code == 3, "not on a tick"
    assert channel.run(LOOK).orders == (found,)


def test_contract_and_last_bar(sim, channel):
    sim.control("/sim/price", {"contractId": MNQ, "last": 21000.25})
    found = channel.run(FetchContract(RequestId(1), MNQ))
    assert (found.contract.root, found.contract.point_value) == ("MNQ", 2)
    missing = channel.run(FetchContract(RequestId(1), ContractId("CON.F.US.XX.Z26")))
    assert missing.contract is None
    assert "code 1" in missing.problem
    bar = channel.run(
        FetchLastBar(RequestId(1), MNQ, START - timedelta(hours=1), START + timedelta(hours=1))
    )
    assert (bar.close, bar.problem) == (Decimal("21000.25"), None)
    assert bar.at <= START + timedelta(minutes=1)


def test_expired_token_is_replaced_in_the_middle(sim, channel, gateway):
    buy(sim, 1)
    old = gateway.token.peek()
    sim.control("/sim/clock", {"advance_s": 25 * 3600})
    assert channel.run(CLOSE).success
    assert gateway.token.peek() != old


def test_accounts_and_a_wrong_key(sim, gateway):
    (account,) = gateway.search_accounts()
    assert (account.row.id, account.simulated) == (ACCOUNT, True)
    wrong = RestGateway(
        sim.api_url, Credentials("nobody", "x"), mono=time.monotonic, deliver=lambda _: None
    )
    with pytest.raises(AuthError, match="code"):
        wrong.login()


FAULTS = [
    ("rest_status", {"status": 500}, (500, None, None)),
    ("rest_status", {"status": 429}, (429, None, None)),
    ("rest_refuse", {"errorCode": 7, "errorMessage": "later"}, (200, 7, None)),
    ("lose_before", {}, (None, None, "timeout")),
    ("lose_after", {}, (None, None, "timeout")),
]


@pytest.mark.parametrize(("kind", "params", "expected"), FAULTS)
def test_fault_becomes_the_answer_and_the_next_call_works(sim, channel, kind, params, expected):
    buy(sim, 1)
    fault = {"kind": kind, "target": "/api/Position/closeContract", "count": 1, "params": params}
    sim.control("/sim/fault", fault)
    answered = channel.run(CLOSE)
    assert (answered.status, answered.code) == expected[:2]
    assert answered.failure in {expected[2], expected[2] and "network"}
    assert signed_size(channel) == (0 if kind == "lose_after" else 1)
    assert channel.run(CLOSE).status == 200
