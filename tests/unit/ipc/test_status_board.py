"""The status board: sequence, age, waking readers."""

import threading

import pytest

from risk_manager.ipc.status_board import StatusBoard


class HandClock:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_published_at_first() -> None:
    board = StatusBoard(HandClock())
    assert board.latest() is None
    assert board.wait_newer(0, timeout_s=0.0) is None


def test_sequence_counts_publications_and_age_follows_the_clock() -> None:
    clock = HandClock()
    board = StatusBoard(clock)
    board.publish(b"{}")
    board.publish(b'{"a":1}')
    clock.now = 107.5
    status = board.latest()
    assert status is not None
    assert (status.sequence, status.body) == (2, b'{"a":1}')
    assert board.age_s(status) == 7.5


@pytest.mark.parametrize("body", [b'{\n"a":1}', b'{"a":1}\r\n'])
def test_a_status_of_several_lines_is_refused(body: bytes) -> None:
    board = StatusBoard(HandClock())
    with pytest.raises(ValueError, match="single line"):
        board.publish(body)
    assert board.latest() is None


def test_a_waiting_reader_wakes_at_the_publication() -> None:
    board = StatusBoard(HandClock())
    board.publish(b"1")
    seen: list[bytes] = []

    def wait() -> None:
        status = board.wait_newer(1, timeout_s=30.0)
        assert status is not None
        seen.append(status.body)

    reader = threading.Thread(target=wait)
    reader.start()
    board.publish(b"2")
    reader.join(5.0)
    assert seen == [b"2"]


def test_an_older_sequence_does_not_wait() -> None:
    board = StatusBoard(HandClock())
    board.publish(b"1")
    status = board.wait_newer(0, timeout_s=30.0)
    assert status is not None
    assert status.sequence == 1


def test_closing_wakes_readers() -> None:
    board = StatusBoard(HandClock())
    reader = threading.Thread(target=board.wait_newer, args=(0, 30.0))
    reader.start()
    board.close()
    reader.join(5.0)
    assert not reader.is_alive()
    assert board.closed
