"""The heartbeat: it hears a loop that publishes, and ends a service whose loop does not."""

import json

import pytest

from risk_manager.bootstrap.heartbeat import STALE_LOOKS, Heartbeat
from risk_manager.ipc.status_board import StatusBoard


class Told:
    """A service manager that keeps what it is told."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def started(self) -> None:
        self.words.append("started")

    def alive(self) -> None:
        self.words.append("alive")

    def says(self, text: str) -> None:
        self.words.append(text)

    def stopping(self) -> None:
        self.words.append("stopping")


@pytest.fixture
def board() -> StatusBoard:
    return StatusBoard(lambda: 0.0)


def publish(board: StatusBoard, status: str, *causes: str) -> None:
    board.publish(json.dumps({"status": status, "causes": causes}).encode())


def test_a_publishing_loop_is_alive_and_its_status_is_told_once(board):
    told = Told()
    heartbeat = Heartbeat(board, told, None)
    heartbeat.loop_begins()
    for _ in range(2):
        publish(board, "DEGRADED", "user hub down", "token")
        heartbeat.look()
    publish(board, "MONITORED")
    heartbeat.look()
    said = "DEGRADED; user hub down; token"
    assert told.words == ["alive", said, "alive", "alive", "MONITORED"]


def test_a_silent_loop_is_ended_once_and_not_a_look_too_early(board):
    told, ended = Told(), []
    heartbeat = Heartbeat(board, told, lambda: ended.append(len(told.words)))
    publish(board, "MONITORED")
    heartbeat.loop_begins()
    heartbeat.look()
    before = list(told.words)
    for _ in range(STALE_LOOKS - 1):
        heartbeat.look()
    assert not ended
    heartbeat.look()
    heartbeat.look()
    assert len(ended) == 1
    assert told.words == before, "nothing says alive any more"


def test_one_publication_is_enough_to_start_counting_anew(board):
    ended = []
    heartbeat = Heartbeat(board, Told(), lambda: ended.append(1))
    heartbeat.loop_begins()
    for _ in range(3):
        for _ in range(STALE_LOOKS - 1):
            heartbeat.look()
        publish(board, "MONITORED")
        heartbeat.look()
    assert not ended


def test_before_the_loop_and_after_it_silence_is_no_hang(board):
    told, ended = Told(), []
    heartbeat = Heartbeat(board, told, lambda: ended.append(1))
    for _ in range(2 * STALE_LOOKS):
        heartbeat.look()
    heartbeat.loop_begins()
    heartbeat.loop_ends()
    for _ in range(2 * STALE_LOOKS):
        heartbeat.look()
    assert not ended
    assert "stopping" in told.words


def test_development_only_says_it(board, caplog):
    heartbeat = Heartbeat(board, Told(), None)
    heartbeat.loop_begins()
    for _ in range(3 * STALE_LOOKS):
        heartbeat.look()
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


def test_the_thread_looks_by_itself(board):
    told = Told()
    heartbeat = Heartbeat(board, told, None, look_s=0.001)
    heartbeat.start()
    publish(board, "MONITORED")
    assert board.wait_newer(1, 0.05) is not None
    heartbeat.stop()
    assert told.words[:2] == ["started", "alive"]
    assert "MONITORED" in told.words
