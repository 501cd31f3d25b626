"""The clock book: stays of an account, kept over a restart; a forgotten end is the reset's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from risk_manager.ipc.clock_book import MOST_A_DAY, ClockBook, ClockError, Presence

NINE = datetime(2026, 3, 9, 14, 0, tzinfo=UTC)
RESET = datetime(2026, 3, 9, 21, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def book(tmp_path: Path) -> ClockBook:
    return ClockBook(tmp_path / "clock.db")


def test_a_stay_outlives_the_daemon(tmp_path: Path, book: ClockBook) -> None:
    assert book.last(1, NINE) is None
    assert book.clock_in(1, NINE, RESET)
    again = ClockBook(tmp_path / "clock.db")
    assert again.last(1, NINE + HOUR) == Presence(NINE)
    assert again.clock_out(1, NINE + HOUR)
    assert again.last(1, NINE + 2 * HOUR) == Presence(NINE, NINE + HOUR)


def test_in_while_in_changes_nothing(book: ClockBook) -> None:
    assert book.clock_in(1, NINE, RESET)
    assert not book.clock_in(1, NINE + HOUR, RESET)
    assert book.last(1, NINE + HOUR) == Presence(NINE)


def test_out_while_out_changes_nothing(book: ClockBook) -> None:
    assert not book.clock_out(1, NINE)
    assert book.last(1, NINE) is None


@pytest.mark.parametrize(("late", "is_over"), [(-1, False), (0, True), (1, True)])
def test_the_reset_ends_a_forgotten_stay_and_flags_it(book, late: int, is_over: bool) -> None:
    book.clock_in(1, NINE, RESET)
    found = book.last(1, RESET + timedelta(microseconds=late))
    assert found == (Presence(NINE, RESET, forgotten=True) if is_over else Presence(NINE))


def test_the_next_in_begins_a_new_stay_after_a_forgotten_one(book: ClockBook) -> None:
    book.clock_in(1, NINE, RESET)
    assert book.clock_in(1, RESET + HOUR, RESET + 24 * HOUR)
    assert book.last(1, RESET + HOUR) == Presence(RESET + HOUR)


def test_accounts_are_apart(book: ClockBook) -> None:
    book.clock_in(1, NINE, RESET)
    assert book.last(2, NINE) is None
    assert not book.clock_out(2, NINE)
    assert book.last(1, NINE) == Presence(NINE)


def test_rows_cannot_be_made_without_end(book: ClockBook) -> None:
    for _ in range(MOST_A_DAY):
        book.clock_in(1, NINE, RESET)
        book.clock_out(1, NINE)
    with pytest.raises(ClockError, match="enough"):
        book.clock_in(1, NINE, RESET)
    assert book.clock_in(1, NINE + 25 * HOUR, RESET + 25 * HOUR)


def test_a_file_that_cannot_be_used_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(ClockError, match=r"clock\.db"):
        ClockBook(tmp_path / "none" / "clock.db").last(1, NINE)
