"""The ledger's thread: nothing is lost silently, and nothing ever reaches the engine."""

import json
import threading
import time

import pytest

from risk_manager.domain.events import Stamp
from risk_manager.domain.records import Gap
from risk_manager.enforcement.step import Ids, Step
from risk_manager.ledger import writer as writer_module
from risk_manager.ledger.chain import Entry
from risk_manager.ledger.entries import Translator
from risk_manager.ledger.files import LedgerFiles
from risk_manager.ledger.writer import LedgerTrouble, LedgerWriter
from risk_manager.utils.masking import masker
from tests.unit.ledger.shelf import NOW, entries, found, ledger_files

WAIT_S = 10.0


class Reports(list[LedgerTrouble]):
    """Collects what the ledger reports, and waits for it."""

    def __init__(self):
        super().__init__()
        self.arrived = threading.Semaphore(0)

    def __call__(self, trouble):
        self.append(trouble)
        self.arrived.release()

    def wait(self):
        assert self.arrived.acquire(timeout=WAIT_S)


class Sick(LedgerFiles):
    """A disk that is full until `well` is set."""

    well = False

    def append(self, entries):
        if not self.well:
            raise OSError(28, "No space left on device")
        super().append(entries)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ledger"


def writer_on(files, reports, secrets=()):
    files.open()
    writer = LedgerWriter(files, Translator(), masker(secrets), reports)
    writer.start()
    return writer


def lines(folder):
    return [
        json.loads(line) for path in ledger_files(folder) for line in path.read_bytes().splitlines()
    ]


def step(cause):
    made = Step(Stamp(1, NOW, 1.0, 1.0), Ids())
    made.gaps.append(Gap(cause, "began"))
    return made


def test_entries_and_steps_come_in_order(folder):
    reports = Reports()
    writer = writer_on(LedgerFiles(folder), reports)
    for entry in entries(100):
        writer.note(entry)
    writer.saw(step("user hub lost"))
    writer.saw(Step(Stamp(2, NOW, 2.0, 2.0), Ids()))
    assert writer.close()
    written = lines(folder)[1:]
    assert [line["data"].get("n") for line in written] == [*range(100), None]
    assert written[-1]["data"] == {"cause": "user hub lost", "event": "began", "seconds": None}
    assert found(folder) == []
    assert reports == []


def test_no_secret_is_written(folder):
    secret = "s3cret-Of-the-gateway"
    writer = writer_on(LedgerFiles(folder), Reports(), [secret])
    writer.note(Entry(NOW, "gap", {"cause": f"bye {secret}", "list": [f"x{secret}", 1]}))
    writer.saw(step(f"access_token=abcdef123456 {secret}"))
    writer.close()
    assert [line["data"].get("cause") for line in lines(folder)[1:]] == [
        "bye ***", "access_token=*** ***",
    ]  # fmt: skip
    assert secret not in ledger_files(folder)[0].read_text(encoding="utf-8")


def test_a_full_disk_is_reported_once_and_made_up_for(folder, monkeypatch):
    monkeypatch.setattr(writer_module, "RETRY_S", 0.01)
    reports, files = Reports(), Sick(folder)
    writer = writer_on(files, reports)
    for entry in entries(5):
        writer.note(entry)
    reports.wait()
    files.well = True
    reports.wait()
    assert writer.close()
    assert [trouble.cause is None for trouble in reports] == [False, True]
    assert [line["data"].get("n") for line in lines(folder)[1:]] == [*range(5)]
    assert writer.lost == 0


def test_what_cannot_wait_is_counted_and_a_line_says_so(folder, monkeypatch):
    monkeypatch.setattr(writer_module, "RETRY_S", 0.01)
    monkeypatch.setattr(writer_module, "MAX_WAITING", 4)
    reports, files = Reports(), Sick(folder)
    writer = writer_on(files, reports)
    for entry in entries(30):
        writer.note(entry)
        time.sleep(0.002)
    reports.wait()
    assert writer._queue.qsize() <= 4
    assert len(writer._pending) <= 4
    files.well = True
    reports.wait()
    writer.close()
    *kept, gap = lines(folder)[1:]
    assert gap["data"] == {"cause": "not written", "event": "once", "lost": 30 - len(kept)}
    assert 0 < len(kept) <= 8
    assert writer.lost == 30 - len(kept)


def test_a_thread_that_ends_is_reported_and_nothing_piles_up_behind_it(folder):
    class Broken(LedgerFiles):
        def append(self, entries):
            raise RuntimeError("unforeseen")

    reports = Reports()
    writer = writer_on(Broken(folder), reports)
    writer.note(entries(1)[0])
    reports.wait()
    assert "unforeseen" in str(reports[0].cause)
    writer.note(entries(1)[0])
    assert writer.lost == 2
    assert writer._queue.empty()
