"""A thread that dies says so; one that ends says nothing."""

import threading

from risk_manager.utils.watched_thread import watched_thread


def run_to_end(action: object) -> list[tuple[str, str, str]]:
    told: list[tuple[str, str, str]] = []

    def run() -> None:
        if isinstance(action, BaseException):
            raise action

    def note(name: str, error: BaseException) -> None:
        told.append((name, type(error).__name__, threading.current_thread().name))

    thread = watched_thread("worker", run, note)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    return told


def test_an_error_is_told_with_the_threads_name():
    assert run_to_end(OSError("gone")) == [("worker", "OSError", "worker")]


def test_even_an_exit_is_told():
    assert run_to_end(SystemExit(0)) == [("worker", "SystemExit", "worker")]


def test_an_end_is_not_told():
    assert run_to_end(None) == []
