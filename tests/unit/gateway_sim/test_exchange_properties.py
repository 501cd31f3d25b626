"""What must hold for any run: money adds up, sizes add up, runs repeat, brackets end once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.gateway_sim.exchange import Exchange
from risk_manager.gateway_sim.model import PlaceRequest, SimOrder, VenueEvent
from risk_manager.gateway_sim.options import ExchangeOptions
from risk_manager.gateway_sim.venue_enums import OrderStatus, OrderType
from tests.unit.gateway_sim.floor import ACCOUNT, BUY, ES, MNQ, START

TICK = Decimal("0.25")
CENTRE = {MNQ: Decimal(20000), ES: Decimal(7000)}

contracts = st.sampled_from([MNQ, ES])
ticks = st.integers(-40, 40)
actions = st.one_of(
    st.tuples(
        st.just("place"), contracts, st.integers(1, 7), st.integers(0, 1), st.integers(1, 4),
        ticks, ticks, st.booleans(),
    ),
    st.tuples(st.just("price"), contracts, ticks),
    st.tuples(st.just("wait"), st.integers(1, 30)),
    st.tuples(st.just("close"), contracts),
    st.tuples(st.just("part"), contracts, st.integers(1, 3)),
    st.tuples(st.just("cancel"), st.integers(0, 30)),
    st.tuples(st.just("modify"), st.integers(0, 30), ticks),
)  # fmt: skip
runs = st.lists(actions, min_size=10, max_size=60)
choices = st.fixed_dictionaries(
    {
        "limit_fill": st.sampled_from(["through", "touch"]),
        "partial_lot": st.sampled_from([None, 1, 2]),
        "close_reduce_only": st.booleans(),
        "orphan_legs": st.booleans(),
        "children_per_partial": st.booleans(),
    }
)


def perform(exchange: Exchange, action: tuple[Any, ...]) -> None:
    kind, *rest = action
    if kind == "place":
        contract, order_type, side, size, limit, stop, bracket = rest
        sign = 1 if side == 0 else -1
        legs: dict[str, Any] = {"stop_loss_ticks": -10 * sign, "stop_loss_type": OrderType.STOP,
                "take_profit_ticks": 20 * sign, "take_profit_type": OrderType.LIMIT}  # fmt: skip
        base = CENTRE[contract]
        exchange.place(
            PlaceRequest(
                ACCOUNT, contract, order_type, side, size, base + limit * TICK, base + stop * TICK,
                base + stop * TICK, **(legs if bracket else {}),
            )
        )  # fmt: skip
    elif kind == "price":
        exchange.set_price(rest[0], CENTRE[rest[0]] + rest[1] * TICK)
    elif kind == "wait":
        exchange.advance_to(exchange.now + timedelta(milliseconds=rest[0]))
    elif kind == "close":
        exchange.close_contract(ACCOUNT, rest[0])
    elif kind == "part":
        exchange.partial_close(ACCOUNT, rest[0], rest[1])
    elif kind == "cancel":
        exchange.cancel(ACCOUNT, 1_000_001 + rest[0])
    else:
        price = CENTRE[MNQ] + rest[1] * TICK
        exchange.modify(ACCOUNT, 1_000_001 + rest[0], limit_price=price)


def run(
    actions_: list[tuple[Any, ...]], options: dict[str, Any]
) -> tuple[Exchange, list[VenueEvent]]:
    exchange = Exchange(seed=11, start=START, options=ExchangeOptions(**options))
    for contract, price in CENTRE.items():
        exchange.set_price(contract, price)
    for action in actions_:
        perform(exchange, action)
    exchange.advance_to(exchange.now + timedelta(seconds=5))
    return exchange, exchange.take_events()


@settings(max_examples=150, deadline=None)
@given(runs, choices)
def test_money_and_sizes_add_up(actions_, options):
    exchange, events = run(actions_, options)
    trades = exchange.trades(ACCOUNT)
    gross = sum((t.profit_and_loss or Decimal(0) for t in trades), Decimal(0))
    costs = sum((t.fees + t.commissions for t in trades), Decimal(0))
    account = exchange.account(ACCOUNT)
    assert account is not None
    assert account.balance == Decimal(150000) + gross - costs
    open_value = Decimal(0)
    for contract_id in CENTRE:
        mine = [t for t in trades if t.contract_id == contract_id]
        net = sum(t.size * t.side.sign for t in mine)
        position = next(
            (p for p in exchange.positions(ACCOUNT) if p.contract_id == contract_id), None
        )
        assert net == (0 if position is None else position.size * position.type.sign)
        contract = exchange.contract(contract_id)
        assert contract is not None
        cash = sum((t.price * -t.size * t.side.sign for t in mine), Decimal(0))
        entry = Decimal(0) if position is None else position.average_price
        # Cash flow plus the open position at its average is what was realised.
        open_value += (cash + net * entry) * contract.point_value
    assert abs(open_value - gross) < Decimal("1e-6")
    filled: dict[int, int] = {}
    for trade in trades:
        filled[trade.order_id] = filled.get(trade.order_id, 0) + trade.size
    assert filled == {o.id: o.fill_volume for o in exchange.orders(ACCOUNT) if o.fill_volume}
    last_told = {e.data.id: e.data for e in events if isinstance(e.data, SimOrder)}
    for order in exchange.orders(ACCOUNT):
        told = last_told[order.id]
        assert (told.status, told.fill_volume, told.size) == (
            order.status, order.fill_volume, order.size,
        )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(runs, choices)
def test_the_same_run_gives_the_same_events(actions_, options):
    assert run(actions_, options)[1] == run(actions_, options)[1]


@settings(max_examples=80, deadline=None)
@given(runs, choices)
def test_orders_never_leave_a_terminal_state_or_overfill(actions_, options):
    _, events = run(actions_, options)
    ended: set[int] = set()
    for event in events:
        if isinstance(event.data, SimOrder):
            order = event.data
            assert order.id not in ended
            assert 0 <= order.fill_volume <= max(order.size, 0)
            assert (order.status is OrderStatus.FILLED) == (order.fill_volume == order.size)
            if order.status.terminal:
                ended.add(order.id)
    assert [e.at for e in events] == sorted(e.at for e in events)


@settings(max_examples=60, deadline=None)
@given(st.lists(ticks, min_size=1, max_size=30), st.integers(0, 1), st.integers(1, 5))
def test_one_leg_at_most_fills_when_prices_leave_time_for_the_cancel(path, side, size):
    exchange = Exchange(seed=5, start=START)
    exchange.set_price(MNQ, CENTRE[MNQ])
    sign = 1 if side == BUY else -1
    entry = exchange.place(
        PlaceRequest(
            ACCOUNT, MNQ, OrderType.MARKET, side, size, stop_loss_ticks=-10 * sign,
            stop_loss_type=4, take_profit_ticks=10 * sign, take_profit_type=1,
        )
    ).order_id  # fmt: skip
    assert entry is not None
    for step in path:
        exchange.advance_to(exchange.now + timedelta(milliseconds=30))
        exchange.set_price(MNQ, CENTRE[MNQ] + step * TICK)
    exchange.advance_to(exchange.now + timedelta(seconds=1))
    states = sorted(o.status for o in exchange.orders(ACCOUNT) if o.parent_order_id == entry)
    assert states in ([OrderStatus.OPEN] * 2, [OrderStatus.FILLED, OrderStatus.CANCELLED])
    held = sum(p.size for p in exchange.positions(ACCOUNT))
    assert held == (size if states[0] is OrderStatus.OPEN else 0)
