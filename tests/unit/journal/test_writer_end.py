"""A journal thread that dies is reported; the daemon goes on without it."""

from risk_manager.journal.files import RotatingFile
from risk_manager.journal.writer import JournalWriter
from tests.unit.journal.test_writer import WAIT_S, Reports, items, path

__all__ = ["path"]


class Broken(RotatingFile):
    """A file whose fault nobody foresaw."""

    def append(self, lines):
        raise RuntimeError("unforeseen")


def test_a_thread_that_ends_is_reported_and_nothing_piles_up_behind_it(path):
    reports = Reports()
    writer = JournalWriter(Broken(path), reports)
    writer.start()
    (first, second) = items(2)
    writer.record(*first)
    assert reports.arrived.acquire(timeout=WAIT_S)
    assert "unforeseen" in reports.troubles[0].cause
    writer.record(*second)
    assert writer.lost == 2
    assert writer._queue.empty()
