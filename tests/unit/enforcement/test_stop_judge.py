"""Which stops must change: never looser, never more than the position, never less cover."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.orders import OrderKind, OrderStatus
from risk_manager.enforcement.order_edit import Edit, is_looser
from risk_manager.enforcement.stop_judge import (
    fitting_size,
    protects,
    seen_twice,
    tightening,
    to_move,
)
from tests.support.grace import stop
from tests.support.make import position

LEVEL = Decimal(21000)


def sized(number, size, price, **more):
    """A selling stop."""
    return stop(-size, None if price is None else str(price), number=number, **more)


@pytest.mark.parametrize(
    ("found", "looser", "holds"),
    [
        (stop(-1, "20999.75"), True, False),
        (stop(-1, "21000"), False, True),
        (stop(-1, "21000.25"), False, True),
        (stop(1, "21000.25"), True, False),
        (stop(1, "21000"), False, True),
        (stop(1, "20999.75"), False, True),
        (stop(-1, None, OrderKind.TRAILING_STOP), False, False),
        (stop(-1, "20990", OrderKind.TRAILING_STOP), True, False),
        (stop(-1, "20990", OrderKind.STOP_LIMIT), True, False),
        (stop(-1, "20990", status=OrderStatus.SUSPENDED), False, False),
        (stop(-1, "21010", status=OrderStatus.SUSPENDED), False, False),
        (stop(-1, "20990", status=OrderStatus.PENDING_CANCELLATION), False, False),
        (stop(-1, "21010", status=OrderStatus.PENDING_CANCELLATION), False, False),
        (stop(-1, "20990", status=OrderStatus.PENDING), True, False),
    ],
)
def test_what_is_moved_and_what_holds(found, looser, holds):
    assert to_move([found], LEVEL) == ([found] if looser else [])
    assert protects([found], LEVEL) is holds


def test_a_trailing_stop_is_told_a_level_of_its_own_kind():
    trailing = stop(-1, "20990", OrderKind.TRAILING_STOP)
    assert tightening(trailing, LEVEL, Edit()) == Edit(trail_price=LEVEL)
    assert tightening(stop(-1, "20990"), LEVEL, Edit()) == Edit(stop_price=LEVEL)


def test_an_order_counts_only_if_read_and_book_say_so_at_its_tighter_price():
    read = [sized(1, 1, 20990), sized(2, 1, 20990), sized(3, 1, 20990), sized(4, 1, 21010)]
    book = [sized(1, 1, 21005), sized(2, 1, 20980), sized(4, 1, None)]
    found = {one.id: one.stop_price for one in seen_twice(read, book)}
    assert found == {1: Decimal(21005), 2: Decimal(20990), 4: Decimal(21010)}


@pytest.mark.parametrize(
    ("own", "held", "others", "fits"),
    [
        (2, 1, [], 1),
        (1, 3, [], 3),
        (2, 2, [(2, 20990)], 2),
        (2, 2, [(2, 21000)], 0),
        (2, 2, [(1, 21010)], 1),
        (1, 2, [(1, 20990)], 1),
        (1, 4, [(1, 20990)], 3),
        (3, 2, [(2, 20990)], 2),
    ],
)
def test_the_size_of_our_stop(own, held, others, fits):
    ours = sized(1, own, LEVEL)
    rest = [sized(number, size, price) for number, (size, price) in enumerate(others, 2)]
    assert fitting_size(ours, position("MNQ", held), [ours, *rest]) == fits


def test_a_stop_only_an_event_told_of_hinders_growth_but_is_no_reason_to_shrink():
    ours, told = sized(1, 2, LEVEL), sized(2, 2, 21010)
    assert fitting_size(ours, position("MNQ", 2), [ours], [told]) == 2
    assert fitting_size(replace(ours, size=1), position("MNQ", 2), [ours], [told]) == 1


@given(
    st.integers(1, 5),
    st.integers(1, 5),
    st.lists(st.tuples(st.integers(1, 3), st.integers(20990, 21010)), max_size=3),
)
def test_no_size_lowers_the_cover_or_adds_surplus(own, held, others):
    row, ours = position("MNQ", held), sized(1, own, LEVEL)
    rest = [sized(number, size, price) for number, (size, price) in enumerate(others, 2)]
    size, elsewhere = fitting_size(ours, row, [ours, *rest]), sum(one.size for one in rest)
    assert 0 <= size <= held
    assert min(held, size + elsewhere) >= min(held, own + elsewhere)
    assert size <= own or size + elsewhere <= held
    tight = sum(one.size for one in rest if not is_looser(one, LEVEL))
    assert min(held, size + tight) >= min(held, own + tight), "as much stays as tight as before"


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(20980, 21020)), min_size=1, max_size=4))
def test_only_tighter(rows):
    stops = [sized(number, size, price) for number, (size, price) in enumerate(rows, 1)]
    for moved in to_move(stops, LEVEL):
        assert moved.stop_price is not None
        assert moved.stop_price < LEVEL
        assert not Edit(stop_price=LEVEL).is_shown(moved)
        assert Edit(stop_price=LEVEL).is_shown(replace(moved, stop_price=LEVEL))
