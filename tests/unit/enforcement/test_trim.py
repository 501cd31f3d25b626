"""Exits that exceed their position are cut; cover never falls below the size (S105, S157, S163)."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_manager.domain.orders import OrderKind, OrderStatus, Side
from risk_manager.enforcement.trim import Cut, surplus_cuts
from tests.support.make import NOW, order, position

STOP, LIMIT, TRAIL = OrderKind.STOP, OrderKind.LIMIT, OrderKind.TRAILING_STOP
OPEN = OrderStatus.OPEN


def cuts(held, *rows):
    """Cuts of a position as {order number: contracts left}; rows are (number, size, kind)."""
    orders = [
        order("MNQ", size, kind, number=number, created=NOW + timedelta(seconds=number))
        for number, size, kind in rows
    ]
    found = surplus_cuts(position("MNQ", held), orders)
    return {cut.order.id: cut.remaining for cut in found}


@pytest.mark.parametrize(
    ("held", "rows", "left"),
    [
        (2, [(1, -2, STOP), (2, -2, LIMIT)], {}),
        (2, [(1, -3, STOP), (2, -2, LIMIT)], {1: 2}),
        (2, [(1, -2, STOP), (2, -2, STOP)], {2: 0}),
        (2, [(1, -1, STOP), (2, -2, STOP)], {2: 1}),
        (2, [(1, -1, STOP), (2, -1, STOP), (3, -1, STOP)], {3: 0}),
        (1, [(1, -1, STOP), (2, -1, STOP), (3, -1, STOP)], {3: 0, 2: 0}),
        (2, [(1, -2, STOP), (2, -2, TRAIL), (3, -3, LIMIT)], {2: 0, 3: 2}),
        (-2, [(1, 3, STOP)], {1: 2}),
        (-2, [(1, -3, STOP)], {}),
        (2, [(1, 9, STOP), (2, 9, LIMIT)], {}),
        (2, [(1, -9, OrderKind.MARKET)], {}),
        (2, [(1, -2, OrderKind.JOIN_ASK), (2, -1, LIMIT)], {2: 0}),
    ],
)
def test_the_newest_gives_first_stops_and_limits_apart(held, rows, left):
    assert cuts(held, *rows) == left


def test_only_what_remains_of_an_order_counts():
    filled = order("MNQ", -3, STOP, filled=1, number=1)
    assert surplus_cuts(position("MNQ", 2), [filled]) == []
    assert surplus_cuts(position("MNQ", 1), [filled]) == [Cut(filled, 1)]


def test_an_order_that_is_filled_but_not_yet_told_so_is_not_cancelled():
    filled = order("MNQ", -2, STOP, filled=2, number=2)
    older = order("MNQ", -3, STOP, number=1, created=None)
    assert surplus_cuts(position("MNQ", 2), [filled, older]) == [Cut(older, 2)]


@pytest.mark.parametrize(
    "status",
    [OrderStatus.SUSPENDED, OrderStatus.CANCELLED, OrderStatus.FILLED, OrderStatus.REJECTED],
)
def test_an_order_that_cannot_fill_is_not_counted(status):
    kept = order("MNQ", -2, STOP, number=1)
    other = order("MNQ", -2, STOP, status=status, number=2)
    assert surplus_cuts(position("MNQ", 2), [kept, other]) == []


def test_an_order_of_another_contract_is_not_counted():
    rows = [order("MNQ", -2, STOP), order("MNQ Z25", -2, STOP)]
    assert surplus_cuts(position("MNQ", 2), rows) == []


def test_a_stop_that_is_being_cancelled_covers_nothing_so_the_new_one_stays():
    """The trader moves a stop by cancel and replace: cutting the new one would leave none."""
    going = order("MNQ", -2, STOP, status=OrderStatus.PENDING_CANCELLATION, number=1)
    new = order("MNQ", -2, STOP, number=2, created=NOW + timedelta(seconds=1))
    assert surplus_cuts(position("MNQ", 2), [going, new]) == []


def test_without_a_time_an_order_is_the_oldest_and_the_larger_id_the_newer():
    rows = [
        order("MNQ", -2, STOP, number=9, created=None),
        order("MNQ", -2, STOP, number=5),
        order("MNQ", -2, STOP, number=6),
    ]
    assert [cut.order.id for cut in surplus_cuts(position("MNQ", 2), rows)] == [6, 5]


exits = st.builds(
    lambda side, size, filled, kind, status, age: order(
        "MNQ", side * size, kind, status=status, filled=min(filled, size),
        created=None if age is None else NOW + timedelta(seconds=age),
    ),
    st.sampled_from([-1, 1]), st.integers(1, 5), st.integers(0, 5),
    st.sampled_from([STOP, STOP, *OrderKind]), st.sampled_from([OPEN, OPEN, OPEN, *OrderStatus]),
    st.none() | st.integers(0, 3),
)  # fmt: skip


def covering(side, orders, left=None):
    """Contracts that stops protect: open or pending exits of a protective kind."""
    valid = (OrderStatus.OPEN, OrderStatus.PENDING, OrderStatus.NONE)
    stops = [item for item in orders if item.is_stop and item.side is side.opposite]
    alive = [item for item in stops if item.status in valid]
    return sum((left or {}).get(item.id, item.remaining) for item in alive)


@settings(max_examples=500)
@given(st.integers(-5, 5).filter(bool), st.lists(exits, max_size=6))
def test_cover_never_falls_below_the_size_and_the_surplus_is_gone(held, orders):
    row = position("MNQ", held)
    found = surplus_cuts(row, orders)
    left = {cut.order.id: cut.remaining for cut in found}
    before, after = covering(row.side, orders), covering(row.side, orders, left)
    assert min(row.size, after) == min(row.size, before)
    assert after <= max(row.size, 0)
    for cut in found:
        assert cut.order.is_alive
        assert cut.order.side is row.side.opposite
        assert 0 <= cut.remaining < cut.order.remaining
        assert cut.order.kind is not OrderKind.MARKET
    assert {cut.order.side for cut in found} <= {Side.BUY if held < 0 else Side.SELL}
