"""Writes the ledger on a thread of its own; the engine's thread only puts a step in a queue.

What cannot be written waits and is tried again; what cannot wait any longer is counted, and a line
says how many are missing. Trouble never reaches the engine: it is reported.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from risk_manager.enforcement.step import Step
from risk_manager.ledger.chain import Entry
from risk_manager.ledger.entries import Translator
from risk_manager.ledger.files import LedgerFiles
from risk_manager.utils.watched_thread import watched_thread

GATHER_S: Final = 0.02
"""How long the thread lets lines gather: they share one flush, and a killed process loses them."""
RETRY_S: Final = 1.0
MAX_WAITING: Final = 10_000
"""Steps in the queue, and lines that wait for the disk."""


@dataclass(frozen=True, slots=True)
class LedgerTrouble:
    """Why lines cannot be written, None once they can again; `lost` lines so far are missing."""

    cause: str | None
    lost: int


class LedgerWriter:
    """Appends to opened files. `clean` takes secrets out of a text; `report` hears of trouble, on
    the ledger's thread, when it begins, when it ends, and when an error ends the thread.
    """

    def __init__(
        self,
        files: LedgerFiles,
        translator: Translator,
        clean: Callable[[str], str],
        report: Callable[[LedgerTrouble], None],
    ) -> None:
        self._files = files
        self._translator = translator
        self._clean = clean
        self._report = report
        self._queue: queue.SimpleQueue[Step | Entry | None] = queue.SimpleQueue()
        self._pending: deque[Entry] = deque()
        self._closing = threading.Event()
        self._refused = 0
        self._lost = 0
        self._told_lost = 0
        self._problem: str | None = None
        self._has_ended = False
        self._last_at: datetime | None = None
        self._thread = watched_thread("ledger", self._run, self._note_end)

    @property
    def lost(self) -> int:
        """Steps and lines that are not in the ledger because of a failure."""
        return self._lost + self._refused

    def start(self) -> None:
        """Start the thread; what was handed over before waits for it."""
        self._thread.start()

    def saw(self, step: Step) -> None:
        """Take what a step brought about; never blocks, never raises."""
        if step.records or step.breaches or step.writes or step.gaps:
            self._put(step)

    def note(self, entry: Entry) -> None:
        """Take an entry of another kind: start, stop, configuration, password."""
        self._put(entry)

    def close(self, timeout_s: float = 5.0) -> bool:
        """Write what waits and end the thread; False if the disk did not answer in time."""
        self._queue.put(None)
        self._closing.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _put(self, item: Step | Entry) -> None:
        if self._queue.qsize() < MAX_WAITING and not self._has_ended:
            self._queue.put(item)
        else:
            self._refused += 1

    def _note_end(self, _name: str, error: BaseException) -> None:
        self._has_ended = True
        self._lost += len(self._pending) + self._queue.qsize()
        self._report(LedgerTrouble(f"its thread ended: {error}", self.lost))

    def _run(self) -> None:
        try:
            going = True
            while going:
                going = self._take()
                self._write()
        finally:
            self._files.close()

    def _take(self) -> bool:
        """Wait for something to write, or to try again; False when told to end."""
        try:
            batch = [self._queue.get(timeout=RETRY_S if self._pending else None)]
        except queue.Empty:
            return True
        self._closing.wait(GATHER_S)
        batch += [self._queue.get() for _ in range(self._queue.qsize())]
        for entry in self._entries(batch):
            if len(self._pending) == MAX_WAITING:
                self._pending.popleft()
                self._lost += 1
            self._pending.append(entry)
            self._last_at = entry.at
        return None not in batch

    def _entries(self, batch: Iterable[Step | Entry | None]) -> Iterator[Entry]:
        for item in batch:
            if isinstance(item, Step):
                found = list(self._translator.entries(item))
            else:
                found = [item] if item is not None else []
            for entry in found:
                yield replace(entry, data=_cleaned(entry.data, self._clean))

    def _write(self) -> None:
        entries = list(self._pending)
        lost = self.lost
        if lost > self._told_lost and self._last_at is not None:
            missing = {"cause": "not written", "event": "once", "lost": lost - self._told_lost}
            entries.append(Entry(self._last_at, "gap", missing))
        try:
            self._files.append(entries)
        except OSError as error:
            self._set_problem(f"cannot write in {self._files.folder}: {error}")
            return
        self._pending.clear()
        self._told_lost = lost
        self._set_problem(None)

    def _set_problem(self, problem: str | None) -> None:
        if problem != self._problem:
            self._problem = problem
            self._report(LedgerTrouble(problem, self.lost))


def _cleaned(value: Any, clean: Callable[[str], str]) -> Any:
    """Return the value with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _cleaned(each, clean) for key, each in value.items()}
    return [_cleaned(each, clean) for each in value] if isinstance(value, list | tuple) else value
