"""The journal's thread and files: nothing is lost silently, nothing reaches the engine."""

import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from risk_manager.domain.events import QuoteChanged, Stamp, Started
from risk_manager.domain.ids import ContractId
from risk_manager.journal import writer as writer_module
from risk_manager.journal.codec import JournalError
from risk_manager.journal.files import RotatingFile
from risk_manager.journal.reader import read_journal
from risk_manager.journal.writer import JournalTrouble, JournalWriter

NOW = datetime(2026, 3, 9, 21, tzinfo=UTC)
WAIT_S = 10.0


def items(number):
    return [
        (
            Stamp(i, NOW, i / 8, i / 8),
            QuoteChanged(ContractId("CON.F.US.EP.H26"), Decimal(5800 + i)),
        )
        for i in range(1, number + 1)
    ]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


class Reports:
    """Collects what the journal reports, and waits for it."""

    def __init__(self):
        self.troubles: list[JournalTrouble] = []
        self.arrived = threading.Semaphore(0)

    def __call__(self, trouble):
        self.troubles.append(trouble)
        self.arrived.release()


def started(file, reports=None):
    writer = JournalWriter(file, reports or Reports())
    writer.start()
    return writer


def test_events_come_back_in_order(path):
    writer = started(RotatingFile(path))
    for stamp, event in items(500):
        writer.record(stamp, event)
    assert writer.close()
    assert list(read_journal(path)) == items(500)
    assert writer.lost == 0


def test_a_full_file_is_kept_under_a_number(path):
    file = RotatingFile(path, max_bytes=400, keep=2)
    lines = [b"x" * 99 for _ in range(4)]
    for _ in range(5):
        file.append(lines)
    file.close()
    assert sorted(each.name for each in path.parent.iterdir()) == [
        "journal.1.jsonl", "journal.2.jsonl", "journal.jsonl",
    ]  # fmt: skip
    assert path.read_bytes() == b'{"journal":1}\n' + (b"x" * 99 + b"\n") * 4


def test_every_run_begins_a_new_file(path):
    for stamp, event in items(2):
        writer = started(RotatingFile(path))
        writer.record(stamp, event)
        assert writer.close()
    first, second = items(2)
    assert list(read_journal(path)) == [second]
    assert list(read_journal(path.with_name("journal.1.jsonl"))) == [first]


def test_an_unwritable_place_is_reported_once_and_counted(path):
    reports = Reports()
    writer = started(RotatingFile(path / "nowhere" / "journal.jsonl"), reports)
    stamp, event = items(1)[0]
    writer.record(stamp, event)
    assert reports.arrived.acquire(timeout=WAIT_S)
    writer.record(stamp, event)
    assert writer.close()
    assert len(reports.troubles) == 1
    assert "nowhere" in reports.troubles[0].cause
    assert reports.troubles[0].lost == 1
    assert writer.lost == 2


def test_writing_goes_on_once_the_place_is_there(path):
    reports = Reports()
    folder = path.parent / "later"
    writer = started(RotatingFile(folder / "journal.jsonl"), reports)
    (first, event), (second, other) = items(2)
    writer.record(first, event)
    assert reports.arrived.acquire(timeout=WAIT_S)
    folder.mkdir()
    writer.record(second, other)
    assert writer.close()
    assert list(read_journal(folder / "journal.jsonl")) == [(second, other)]


def test_an_event_that_is_no_text_loses_only_itself(path):
    reports = Reports()
    writer = started(RotatingFile(path), reports)
    good, after = items(2)
    writer.record(*good)
    writer.record(good[0], QuoteChanged(ContractId("\ud800")))
    writer.record(*after)
    assert writer.close()
    assert list(read_journal(path)) == [good, after]
    assert "QuoteChanged" in reports.troubles[0].cause
    assert writer.lost == 1


def test_a_slow_disk_costs_events_and_not_memory(path, monkeypatch):
    monkeypatch.setattr(writer_module, "MAX_WAITING", 3)
    reports = Reports()
    writer = JournalWriter(RotatingFile(path), reports)
    for stamp, event in items(5):
        writer.record(stamp, event)
    writer.start()
    assert reports.arrived.acquire(timeout=WAIT_S)
    assert writer.close()
    assert reports.troubles == [JournalTrouble("the disk is too slow", 2)]
    assert list(read_journal(path)) == items(3)


class HalfWritingFile:
    """A file on a disk that is full after some bytes."""

    def __init__(self, file, room):
        self.file, self.room = file, room

    def write(self, content):
        part = content[: self.room]
        self.room -= len(part)
        return self.file.write(part)

    def __getattr__(self, name):
        return getattr(self.file, name)


def test_a_batch_that_fits_only_in_part_is_taken_back(path, monkeypatch):
    file = RotatingFile(path)
    file.append([b"[1]"])
    disk = HalfWritingFile(file._file, 5)
    monkeypatch.setattr(file, "_file", disk)
    with pytest.raises(OSError, match="only 5 of 8"):
        file.append([b"[2]", b"[3]"])
    disk.room = 100
    file.append([b"[4]"])
    file.close()
    assert path.read_bytes() == b'{"journal":1}\n[1]\n[4]\n'


def test_an_unfinished_last_line_is_left_out(path):
    writer = started(RotatingFile(path))
    for stamp, event in items(3):
        writer.record(stamp, event)
    assert writer.close()
    path.write_bytes(path.read_bytes()[:-4])
    assert list(read_journal(path)) == items(2)


def test_a_spoilt_line_is_an_error_with_its_number(path):
    writer = started(RotatingFile(path))
    writer.record(Stamp(1, NOW, 0.0, 0.0), Started())
    assert writer.close()
    with path.open("ab") as file:
        file.write(b"what?\n")
    with pytest.raises(JournalError, match="line 3"):
        list(read_journal(path))
    path.write_bytes(b"no journal\n")
    with pytest.raises(JournalError, match="line 1"):
        list(read_journal(path))
