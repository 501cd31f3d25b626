"""Exposure by fills: repeats, voids, looks and fills around a look (S91, S177, S212)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.state.exposure import KEEP_ABSORBED, ExposureBook
from tests.support.make import NOW, cid, trade

MNQ, ES = cid("MNQ"), cid("ES")


def after(seconds: float):
    """An instant so long after the look's request."""
    return NOW + timedelta(seconds=seconds)


def looked(size: int = 2) -> ExposureBook:
    """A book anchored by a look requested at NOW, monotonic 100."""
    book = ExposureBook()
    book.note_look({MNQ: size}, NOW, 100.0)
    return book


def test_fills_add_up_once_each_in_any_order():
    book = ExposureBook()
    fills = [trade("MNQ", size, number=number) for number, size in enumerate((2, -1, -3))]
    for fill in [*fills, fills[1], fills[0]]:
        assert book.note_trade(fill, 1.0) is False
    assert (book.exposure(MNQ), book.exposure(ES)) == (-2, 0)
    assert list(book.contracts()) == [MNQ]


def test_a_void_is_taken_out_for_good():
    book = ExposureBook()
    fill = trade("MNQ", 2, number=7)
    book.note_trade(fill, 1.0)
    book.note_trade(trade("MNQ", 2, number=7, voided=True), 2.0)
    assert book.exposure(MNQ) == 0
    book.note_trade(fill, 3.0)
    assert book.exposure(MNQ) == 0


def test_a_void_that_comes_first_counts_as_well():
    book = ExposureBook()
    book.note_trade(trade("MNQ", 2, number=7, voided=True), 1.0)
    book.note_trade(trade("MNQ", 2, number=7), 2.0)
    assert book.exposure(MNQ) == 0


def test_a_look_anchors_every_contract_and_what_it_lacks_is_flat():
    book = ExposureBook()
    book.note_trade(trade("ES", 3, at=after(-60)), 40.0)
    book.note_look({MNQ: -2}, NOW, 100.0)
    assert (book.exposure(MNQ), book.exposure(ES)) == (-2, 0)
    book.note_look({MNQ: 5}, after(-10), 90.0)
    assert book.exposure(MNQ) == -2


@pytest.mark.parametrize(
    ("seconds", "exposure", "looks_again"),
    [
        (-10, 2, False),
        (-1.001, 2, False),
        (-1, 2, True),
        (0, 2, True),
        (0.001, 1, True),
        (1, 1, True),
        (1.001, 1, False),
    ],
)
def test_s212_a_fill_older_than_the_look_is_not_counted_twice(seconds, exposure, looks_again):
    book = looked()
    late = trade("MNQ", -1, at=after(seconds), number=9)
    assert book.note_trade(late, 100.5) is looks_again
    assert book.exposure(MNQ) == exposure


def test_a_fill_that_reached_us_before_the_request_is_in_the_look():
    """Also when trusted time lags, so that the fill looks newer than the request."""
    book = ExposureBook()
    fill = trade("MNQ", 2, at=after(0.8), number=9)
    book.note_trade(fill, 99.9)
    book.note_look({MNQ: 2}, NOW, 100.0)
    assert book.exposure(MNQ) == 2
    book.note_trade(fill, 100.4)
    assert book.exposure(MNQ) == 2


def test_a_newer_fill_that_came_during_the_look_wins_over_it():
    book = ExposureBook()
    book.note_look({MNQ: 2}, after(-60), 40.0)
    book.note_trade(trade("MNQ", -1, at=after(0.2), number=9), 100.2)
    book.note_look({MNQ: 2}, NOW, 100.0)
    assert book.exposure(MNQ) == 1
    book.note_look({MNQ: 1}, after(2), 102.0)
    assert book.exposure(MNQ) == 1


def test_a_fill_contained_in_a_look_stays_contained_when_it_is_repeated_or_voided():
    book = ExposureBook()
    fill = trade("MNQ", 2, at=after(-5), number=9)
    book.note_trade(fill, 95.0)
    book.note_look({MNQ: 2}, NOW, 100.0)
    assert book.note_trade(fill, 101.0) is False
    book.note_trade(trade("MNQ", 2, at=after(-5), number=9, voided=True), 102.0)
    assert book.exposure(MNQ) == 2


def test_a_fill_of_the_requests_instant_is_in_the_look():
    book = ExposureBook()
    book.note_trade(trade("MNQ", 1, at=NOW), 100.2)
    assert list(book.contracts()) == [MNQ]
    book.note_look({}, NOW, 100.0)
    assert (book.exposure(MNQ), list(book.contracts())) == (0, [])


def test_the_newest_fill_is_by_exchange_time():
    book = ExposureBook()
    assert book.newest_fill_at(MNQ) is None
    for seconds in (1, 5, 3):
        book.note_trade(trade("MNQ", 1, at=after(seconds)), 1.0)
    assert book.newest_fill_at(MNQ) == after(5)


def test_what_is_remembered_of_old_looks_is_bounded():
    book = ExposureBook()
    for number in range(KEEP_ABSORBED + 10):
        book.note_trade(trade("MNQ", 1, at=after(-5), number=number), 90.0)
    book.note_look({}, NOW, 100.0)
    newest = trade("MNQ", 1, at=after(-0.5), number=KEEP_ABSORBED + 9)
    assert book.note_trade(newest, 101.0) is False
    assert book.note_trade(trade("MNQ", 1, at=after(-0.5), number=0), 101.0) is True
    assert book.exposure(MNQ) == 0


fills = st.lists(
    st.tuples(st.integers(-4, 4).filter(bool), st.integers(-20, 20), st.booleans()), max_size=12
)


@given(fills, st.permutations(range(24)), st.booleans())
def test_the_exposure_is_that_of_the_distinct_fills_whatever_repeats_and_voids(rows, order, looks):
    """Every fill arrives twice, shuffled; with a look, those after its request stay on top."""
    book = looked() if looks else ExposureBook()
    made = [trade("MNQ", size, at=after(at), number=n) for n, (size, at, _) in enumerate(rows)]
    voids = [
        trade("MNQ", size, at=after(at), number=number, voided=True)
        for number, (size, at, void) in enumerate(rows)
        if void
    ]
    arrivals = (made + made)[:24]
    for index in order:
        if index < len(arrivals):
            book.note_trade(arrivals[index], 101.0)
    for item in voids + made:
        book.note_trade(item, 102.0)
    counted = sum(size for size, at, void in rows if not void and (at > 0 or not looks))
    assert book.exposure(MNQ) == counted + (2 if looks else 0)
