"""Positions and dead ids: a closed position stays closed (S87, S90, S91, S167, S168)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk_manager.domain.ids import PositionId
from risk_manager.state.position_book import PositionBook, PositionChange
from tests.support.make import NOW, cid, position

MNQ = cid("MNQ")
EARLIER, LATER = NOW - timedelta(seconds=60), NOW + timedelta(seconds=60)


def book_with(*reports) -> PositionBook:
    """A book that heard these positions, a second apart."""
    book = PositionBook()
    for number, report in enumerate(reports):
        book.update(report, float(number))
    return book


def test_s87_a_short_is_a_side_not_a_negative_size():
    book = book_with(position("MNQ", -2, number=1))
    held = book.get(MNQ)
    assert held is not None
    assert (held.size, held.signed_size) == (2, -2)


def test_size_zero_is_flat_and_the_id_is_dead():
    held = position("MNQ", 1, number=1)
    book = book_with(held)
    change = book.update(position("MNQ", 0, number=1), 5.0)
    assert (change.before, change.after, change.died) == (held, None, held)
    assert list(book.contract_ids()) == []


def test_s168_a_late_event_of_a_closed_id_is_ignored_and_counted():
    book = book_with(position("MNQ", 1, number=1), position("MNQ", 0, number=1))
    change = book.update(position("MNQ", 3, number=1), 5.0)
    assert change == PositionChange(None, None, ignored=True)
    assert (book.get(MNQ), book.ignored) == (None, 1)


@pytest.mark.parametrize(
    ("opened", "ignored"), [(EARLIER, True), (NOW, False), (LATER, False), (None, False)]
)
def test_s168_an_unknown_id_older_than_the_last_closed_one_is_ignored(opened, ignored):
    book = book_with(position("MNQ", 1, number=1), position("MNQ", 0, number=1))
    change = book.update(position("MNQ", 3, number=9, opened=opened), 5.0)
    assert change.ignored is ignored
    assert (book.get(MNQ) is None) is ignored


def test_a_repeated_flat_report_is_no_news_and_not_ignored():
    book = book_with(position("MNQ", 1, number=1), position("MNQ", 0, number=1))
    assert book.update(position("MNQ", 0, number=1), 5.0) == PositionChange(None, None)
    assert book.ignored == 0


def test_s91_a_flip_in_one_event_is_a_new_position_and_ends_the_old_one():
    long, short = position("MNQ", 2, number=1), position("MNQ", -1, number=2, opened=LATER)
    book = book_with(long)
    assert book.update(short, 5.0).died == long
    assert book.update(position("MNQ", 2, number=1), 6.0).ignored
    assert book.get(MNQ) == short


def test_a_late_close_of_the_old_id_does_not_touch_the_new_position():
    new = position("MNQ", -1, number=2, opened=LATER)
    book = book_with(position("MNQ", 2, number=1), new)
    assert not book.update(position("MNQ", 0, number=1), 5.0).changed
    assert book.get(MNQ) == new


def test_a_changed_size_is_a_change_and_a_repeat_is_none():
    book = book_with(position("MNQ", 2, number=1))
    assert book.update(position("MNQ", 3, number=1), 5.0).changed
    assert not book.update(position("MNQ", 3, number=1), 6.0).changed
    assert book.update(position("MNQ", 3, number=1), 6.0).died is None


def test_s90_a_read_that_lacks_a_contract_makes_it_flat_and_its_id_dead():
    held = position("MNQ Z25", 1, number=1)
    book = book_with(held, position("ES", 1, number=2))
    changes = book.replace([position("ES", 1, number=2)], 9.0)
    assert [change.died for change in changes] == [held]
    assert book.update(held, 10.0).ignored
    assert list(book.contract_ids()) == [cid("ES")]


def test_a_read_leaves_alone_what_was_reported_after_its_request():
    book = book_with(position("MNQ", 1, number=1))
    book.update(position("MNQ", 4, number=1), 20.0)
    assert book.replace([position("MNQ", 1, number=1)], 19.0) == []
    assert book.replace([], 20.0) == []
    held = book.get(MNQ)
    assert held is not None
    assert held.size == 4
    assert len(book.replace([], 20.5)) == 1


def test_the_read_is_the_truth_also_about_an_id_that_was_taken_for_dead():
    held = position("MNQ", 1, number=1)
    book = book_with(held, position("MNQ", 0, number=1))
    assert [change.after for change in book.replace([held], 9.0)] == [held]
    assert not book.update(position("MNQ", 2, number=1), 10.0).ignored


def test_dead_ids_are_restored():
    book = PositionBook()
    book.mark_dead(MNQ, PositionId(1), NOW)
    book.mark_dead(MNQ, PositionId(2), None)
    book.mark_dead(MNQ, PositionId(4), EARLIER)
    for number, opened in ((1, NOW), (2, LATER), (3, EARLIER)):
        assert book.update(position("MNQ", 1, number=number, opened=opened), 1.0).ignored
    assert not book.update(position("MNQ", 1, number=3, opened=LATER), 1.0).ignored


lives = st.lists(st.integers(1, 4), min_size=1, max_size=5)


@given(lives, st.data())
def test_repeats_of_old_reports_never_bring_a_position_back(sizes, data):
    """Positions open and close one after the other; old reports are heard again in between."""
    book, heard = PositionBook(), []
    for number, size in enumerate(sizes):
        opened = NOW + timedelta(seconds=number)
        for held in (size, 0):
            report = position("MNQ", held, number=number, opened=opened)
            book.update(report, float(number))
            heard.append(report)
            late = data.draw(st.lists(st.sampled_from(heard), max_size=3))
            old = [item for item in late if held == 0 or item.id != report.id]
            for item in old:
                book.update(item, float(number))
            assert (book.get(MNQ) is None) is (held == 0)
