"""The lots of RULE-008: how they follow a position, its cover and its fills, and their text."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.cover import Cover
from risk_manager.rules.grace_book import GraceBook, GraceTimes, assign, follow, waiting
from risk_manager.rules.grace_text import decode, encode
from tests.support.make import NOW, position, trade

TIMES = GraceTimes(timedelta(seconds=30), timedelta(seconds=600), timedelta(seconds=15))


def at(seconds: float) -> datetime:
    """An instant counted from the entry."""
    return NOW + timedelta(seconds=seconds)


def book(size: int, now: float = 0, known: GraceBook | None = None, fills=()) -> GraceBook:
    """The lots of position 1 at an instant."""
    row = position("MNQ", size, number=1, opened=NOW)
    return follow(known, row, lambda: fills, at(now), TIMES)


def deadlines(lots: GraceBook) -> list[float]:
    """Seconds after the entry."""
    return [(lot.deadline(TIMES) - NOW).total_seconds() for lot in lots.lots]


def test_first_lots_start_with_the_position_and_added_ones_with_their_fill():
    one = book(1, 5)
    assert deadlines(one) == [30]
    late = book(2, 21, one, [trade("MNQ", 1, at=NOW), trade("MNQ", 1, at=at(20))])
    assert deadlines(late) == [30, 50]
    assert deadlines(book(2, 21, one, [trade("MNQ", 1, at=NOW)])) == [30, 51]
    assert deadlines(book(2, 21, one)) == [30, 51]


@pytest.mark.parametrize(
    ("fills", "expected"),
    [
        ([(5, 0), (-2, 100), (-5, 200)], [230, 230]),
        ([(5, 0), (-6, 150), (-1, 200)], [180, 230]),
        ([(5, 0)], [231, 231]),
        ([(-1, 200)], [231, 230]),
    ],
)
def test_a_flip_under_the_same_id_starts_with_the_fills_that_turned_it(fills, expected):
    """An exit of the old side opened nothing of the new one."""
    rows = [trade("MNQ", size, at=at(second)) for size, second in fills]
    assert deadlines(book(-2, 201, book(5), rows)) == expected


@pytest.mark.parametrize(
    ("fills", "expected"),
    [
        ([], [30, 30, 30]),
        ([(1, 0), (2, 20)], [30, 50, 50]),
        ([(4, 0), (-2, 10), (1, 20)], [30, 30, 50]),
        ([(3, -50)], [30, 30, 30]),
        ([(1, 20)], [30, 30, 50]),
        ([(1, 0), (-1, 5), (3, 9)], [39, 39, 39]),
        ([(9, 3)], [33, 33, 33]),
    ],
)
def test_a_position_found_at_the_start_is_timed_by_its_fills(fills, expected):
    rows = [trade("MNQ", size, at=at(second)) for size, second in fills]
    assert deadlines(book(3, 100, None, rows)) == expected
    voided = [trade("MNQ", 1, at=at(second), voided=True) for _, second in fills]
    assert deadlines(book(3, 100, None, voided)) == [30, 30, 30]


def test_expired_lots_go_first_then_the_newest():
    lots = book(2, 10, book(1))
    assert deadlines(book(1, 20, lots)) == [30]
    assert deadlines(book(1, 30, lots)) == [40]


def test_a_new_id_or_side_is_a_new_position():
    lots = book(2)
    row = position("MNQ", 1, number=2, opened=at(20))
    assert deadlines(follow(lots, row, tuple, at(20), TIMES)) == [50]
    turned = position("MNQ", -1, number=1, opened=NOW)
    assert deadlines(follow(lots, turned, tuple, at(20), TIMES)) == [50]


def test_a_suspended_stop_is_given_a_little_more_time():
    lots = book(5)
    cover = Cover(valid=1, unpriced=1, filling=1, waking=1)
    due = [lot.decide_at for lot in waiting(lots, cover, TIMES)]
    assert due == [None, at(35), at(31), at(30)]
    late = Cover(waking=9, completed_at=at(33))
    assert {lot.decide_at for lot in waiting(lots, late, TIMES)} == {at(34)}


def test_what_cannot_be_judged_loses_nothing():
    lots = assign(book(2), Cover(valid=2), at(5), TIMES)
    same = assign(lots, Cover(unpriced=2), at(50), TIMES)
    assert same == lots
    assert deadlines(assign(same, Cover(), at(50), TIMES)) == [80, 80]


steps = st.lists(
    st.tuples(st.integers(1, 40), st.integers(1, 6), st.integers(0, 7)), min_size=1, max_size=25
)


@given(steps)
def test_lots_match_the_position_and_no_clock_is_ever_shortened_or_given_twice(found):
    """Random sizes and covers: as many lots as contracts, the oldest covered, clocks only grow."""
    now, lots = 0.0, book(1)
    for seconds, size, covered in found:
        now += seconds
        before = {id(lot): lot for lot in lots.lots}
        grown = book(size, now, lots)
        assert len(grown.lots) == size
        assert [lot.since for lot in grown.lots] == sorted(lot.since for lot in grown.lots)
        kept = [lot for lot in grown.lots if id(lot) in before]
        assert len(kept) == min(size, len(lots.lots))
        lots = assign(grown, Cover(valid=covered), at(now), TIMES)
        assert [lot.covered for lot in lots.lots] == [n < covered for n in range(size)]
        for old, new in zip(grown.lots, lots.lots, strict=True):
            assert new.deadline(TIMES) >= old.deadline(TIMES)
            assert new.deadline(TIMES) <= max(old.deadline(TIMES), at(now) + TIMES.grace)
            if new.regraced_at != old.regraced_at:
                assert new.regraced_at == at(now)
                last = old.regraced_at or at(-TIMES.regrace_interval.total_seconds())
                assert at(now) - last >= TIMES.regrace_interval
        assert len(list(waiting(lots, Cover(valid=covered), TIMES))) == max(size - covered, 0)
        assert decode(encode(lots)) == lots


def test_the_text_is_short_for_many_equal_lots():
    assert len(encode(book(150))) < 100
    with pytest.raises(ValueError, match="Expecting"):
        decode("not lots")
