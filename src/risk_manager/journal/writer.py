"""Writing the journal on a thread of its own; the engine's thread only puts a tuple in a queue.

The journal serves replay and inquiry, not safety: trouble with it never reaches the engine. It is
counted and reported.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from risk_manager.domain.events import Event, Stamp
from risk_manager.journal.codec import encode_line
from risk_manager.journal.files import RotatingFile
from risk_manager.utils.watched_thread import watched_thread

GATHER_S: Final = 0.02
"""How long the thread lets events gather, so that it seldom competes with the engine's thread."""

MAX_WAITING: Final = 100_000
"""Events that may wait for a slow disk (a few seconds of a very busy feed)."""

FILE: Final = Path("journal") / "events.jsonl"
"""Below the data folder."""

Item = tuple[Stamp, Event] | None


@dataclass(frozen=True, slots=True)
class JournalTrouble:
    """A failure of the journal: `lost` events so far are not in it."""

    cause: str
    lost: int


class JournalWriter:
    """Appends stamped events to a file.

    `report` is called from the journal's thread once for each episode of failures, and when an
    error ends the thread.
    """

    def __init__(self, file: RotatingFile, report: Callable[[JournalTrouble], None]) -> None:
        self._file = file
        self._report = report
        self._queue: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._closing = threading.Event()
        self._dropped = 0
        self._dropped_before = 0
        self._lost = 0
        self._failing = False
        self._unwritten = 0
        self._has_ended = False
        self._thread = watched_thread("journal", self._run, self._note_end)

    @property
    def lost(self) -> int:
        """Events that are not in the journal because of a failure."""
        return self._lost + self._dropped

    def start(self) -> None:
        """Start the thread; events recorded before wait for it."""
        self._thread.start()

    def record(self, stamp: Stamp, event: Event) -> None:
        """Hand an event over; never blocks and never raises."""
        if self._queue.qsize() < MAX_WAITING and not self._has_ended:
            self._queue.put((stamp, event))
        else:
            self._dropped += 1

    def close(self, timeout_s: float = 5.0) -> bool:
        """Write what waits and end the thread; False if the disk did not answer in time."""
        self._queue.put(None)
        self._closing.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _note_end(self, _name: str, error: BaseException) -> None:
        self._has_ended = True
        self._lost += self._unwritten + self._queue.qsize()
        self._report(JournalTrouble(f"its thread ended: {error}", self.lost))

    def _run(self) -> None:
        going = True
        while going:
            batch = [self._queue.get()]
            self._closing.wait(GATHER_S)
            batch += [self._queue.get() for _ in range(self._queue.qsize())]
            going = None not in batch
            self._unwritten = sum(item is not None for item in batch)
            self._write([item for item in batch if item is not None])
        self._file.close()

    def _write(self, batch: list[tuple[Stamp, Event]]) -> None:
        lines, problem = [], None
        for stamp, event in batch:
            try:
                lines.append(encode_line(stamp, event))
            except (TypeError, ValueError, LookupError, msgspec.MsgspecError) as error:
                self._lost += 1
                problem = f"cannot write {type(event).__name__} as text: {error}"
        try:
            self._file.append(lines)
        except OSError as error:
            self._lost += len(lines)
            problem = f"cannot write {self._file.path}: {error}"
        if problem is None and self._dropped > self._dropped_before:
            problem = "the disk is too slow"
        self._dropped_before = self._dropped
        if problem is not None and not self._failing:
            self._report(JournalTrouble(problem, self.lost))
        self._failing = problem is not None


def open_journal(data_dir: Path, report: Callable[[JournalTrouble], None]) -> JournalWriter:
    """Return the running journal of a data folder; close it after the loop has ended."""
    path = data_dir / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    journal = JournalWriter(RotatingFile(path), report)
    journal.start()
    return journal
