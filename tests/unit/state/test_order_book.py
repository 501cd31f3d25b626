"""Orders: which report counts, what a look ends, and that nothing over comes back (S73, S98)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.orders import TERMINAL, OrderKind, OrderStatus
from risk_manager.state.order_book import KEEP_TERMINAL, OrderBook, newer
from tests.support.make import NOW, cid, order

OPEN, PENDING, SUSPENDED = OrderStatus.OPEN, OrderStatus.PENDING, OrderStatus.SUSPENDED
CANCELLED, FILLED = OrderStatus.CANCELLED, OrderStatus.FILLED
SOON = NOW + timedelta(seconds=1)


def row(status=OPEN, filled=0, updated=None, size=2):
    """Order 7 as reported."""
    return order("MNQ", size, status=status, filled=filled, updated=updated, number=7)


@pytest.mark.parametrize(
    ("old", "new", "wins"),
    [
        (row(CANCELLED), row(OPEN), "old"),
        (row(OPEN), row(CANCELLED), "new"),
        (row(OPEN, 2, SOON), row(CANCELLED, 0, NOW), "new"),
        (row(OPEN, 1, NOW), row(FILLED, 2, NOW), "new"),
        (row(FILLED, 2, NOW), row(OPEN, 1, SOON), "old"),
        (row(OPEN, 1, NOW), row(OPEN, 0, SOON), "old"),
        (row(OPEN, 0, SOON), row(OPEN, 1, NOW), "new"),
        (row(OPEN, 1, SOON), row(OPEN, 1, NOW), "old"),
        (row(OPEN, 1, NOW), row(OPEN, 1, SOON), "new"),
        (row(OPEN, 1, NOW), row(OPEN, 1, NOW, size=3), "new"),
        (row(OPEN, 1, NOW), row(OPEN, 1, None, size=3), "new"),
        (row(OPEN, 1, None), row(OPEN, 1, NOW, size=3), "new"),
        (row(SUSPENDED), row(OPEN), "new"),
        (row(FILLED, 2), row(CANCELLED, 1), "old"),
    ],
)
def test_which_of_two_reports_counts(old, new, wins):
    assert newer(old, new) == (old if wins == "old" else new)


def test_s73_a_late_open_event_brings_nothing_back():
    book = OrderBook()
    assert book.update(row(OPEN), 1.0) is True
    assert book.update(row(CANCELLED), 2.0) is True
    assert book.update(row(OPEN, 0, SOON), 3.0) is False
    assert book.alive() == []
    assert book.get(row().id) == row(CANCELLED)


@pytest.mark.parametrize("status", list(OrderStatus))
def test_one_definition_of_alive_order(status):
    book = OrderBook()
    book.update(row(status), 1.0)
    assert (book.alive() == [row(status)]) is (status not in TERMINAL)
    assert row(status).is_alive is (status not in TERMINAL)


def test_alive_orders_of_one_contract():
    book = OrderBook()
    mine, other = order("MNQ", 1), order("ES", 1)
    book.update(mine, 1.0)
    book.update(other, 1.0)
    assert book.alive(cid("ES")) == [other]
    assert book.alive() == [mine, other]


def test_an_order_the_read_lacks_is_gone_unless_it_was_reported_later():
    book = OrderBook()
    for number, received in ((1, 10.0), (2, 12.0), (3, 11.0)):
        book.update(order("MNQ", 1, number=number), received)
    new = order("MNQ", 1, number=4)
    assert book.replace_alive([new], None, 11.0) is True
    assert sorted(item.id for item in book.alive()) == [2, 3, 4]
    assert book.replace_alive([new], None, 12.5) is True
    assert [item.id for item in book.alive()] == [4]
    assert book.replace_alive([new], None, 13.0) is False


def test_a_read_does_not_overwrite_an_order_that_was_reported_later():
    book = OrderBook()
    book.update(row(OPEN, 1), 12.0)
    assert book.replace_alive([row(OPEN, 0)], None, 11.0) is False
    book.update(row(CANCELLED), 13.0)
    assert book.replace_alive([row(OPEN)], None, 12.0) is False
    assert book.alive() == []


def test_s98_a_suspended_child_is_hidden_from_the_read_and_goes_only_when_asked_for():
    book = OrderBook()
    child = order("MNQ", -1, OrderKind.STOP, status=SUSPENDED, parent=1)
    book.update(child, 1.0)
    assert book.replace_alive([], None, 2.0) is False
    assert book.replace_alive([], [child], 3.0) is False
    assert book.alive() == [child]
    active = replace(child, status=OPEN)
    assert book.replace_alive([active], [], 4.0) is True
    assert book.alive() == [active]
    assert book.replace_alive([], [], 5.0) is True
    assert book.alive() == []


def test_orders_that_are_over_are_remembered_up_to_a_bound():
    book = OrderBook()
    for number in range(KEEP_TERMINAL + 1):
        book.update(order("MNQ", 1, number=number, status=FILLED), float(number))
    assert book.get(order("MNQ", 1, number=0).id) is None
    assert book.get(order("MNQ", 1, number=1).id) is not None


reports = st.builds(
    row,
    st.sampled_from(list(OrderStatus)),
    st.integers(0, 2),
    st.none() | st.integers(0, 5).map(lambda s: NOW + timedelta(seconds=s)),
)


@given(st.lists(reports, min_size=1, max_size=10))
def test_what_is_over_stays_over_and_fills_never_shrink(history):
    book = OrderBook()
    over, filled = False, 0
    for number, report in enumerate(history):
        book.update(report, float(number))
        held = book.get(report.id)
        assert held is not None
        assert not (over and held.is_alive)
        if over == (not held.is_alive):
            assert held.fill_volume >= filled
        over, filled = not held.is_alive, held.fill_volume
        assert book.alive() == ([] if over else [held])
    assert over is any(not report.is_alive for report in history)
