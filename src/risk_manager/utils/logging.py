"""Four log files behind one queue: daemon.log, enforcement.log, api.log, error.log.

A logging call only puts the record into a queue; one listener thread formats, masks and writes.
Lines carry UTC with milliseconds. Files roll over by size and at the first record of a new UTC day.
"""

import gzip
import json
import logging
import logging.handlers
import queue
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from risk_manager.utils.datetime_helpers import format_instant
from risk_manager.utils.log_settings import LogSettings
from risk_manager.utils.masking import masker

__all__ = [
    "API_LOGGER",
    "ENFORCEMENT_LOGGER",
    "FILES",
    "ROOT_LOGGER",
    "LogSettings",
    "configure_logging",
]

GATHER_S: Final = 0.02

ROOT_LOGGER: Final = "risk_manager"
ENFORCEMENT_LOGGER: Final = "risk_manager.enforcement"
API_LOGGER: Final = "risk_manager.api"
FILES: Final[Mapping[str, str]] = {
    "daemon": ROOT_LOGGER,
    "enforcement": ENFORCEMENT_LOGGER,
    "api": API_LOGGER,
    "error": ROOT_LOGGER,
}
"""File stem -> the logger whose records (and those below it) the file holds."""


class MaskingFormatter(logging.Formatter):
    """One line (or JSON object) per record, masked as the very last step."""

    def __init__(self, clean: Callable[[str], str], *, as_json: bool) -> None:
        super().__init__("%(message)s")
        self._clean = clean
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """Return the finished text; tracebacks are masked too."""
        at = format_instant(datetime.fromtimestamp(record.created, UTC))
        # Clean before JSON quoting, because escapes can hide a secret, and lines in both forms.
        text = self._clean(super().format(record))
        if self._as_json:
            parts = {"at": at, "level": record.levelname, "logger": record.name, "message": text}
            return json.dumps(parts, ensure_ascii=False)
        return f"{at} {record.levelname:<8} {record.name}: {text}"


class DayAndSizeHandler(logging.handlers.RotatingFileHandler):
    """Rolls over at a size and at the first record of another UTC day; old files may be gzipped."""

    def __init__(self, path: Path, settings: LogSettings) -> None:
        super().__init__(
            path, maxBytes=settings.max_bytes, backupCount=settings.backup_count, encoding="utf-8"
        )
        if settings.compress:
            self.namer = lambda name: f"{name}.gz"
            self.rotator = _gzip_file
        self._day = (
            datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
            if path.stat().st_size
            else None
        )

    def shouldRollover(self, record: logging.LogRecord) -> bool:  # noqa: N802  the base's name
        """Tell whether `record` belongs into a new file."""
        day = datetime.fromtimestamp(record.created, UTC).date()
        previous, self._day = self._day, day
        return (previous is not None and day > previous) or bool(super().shouldRollover(record))


class GatheringListener(logging.handlers.QueueListener):
    """Lets records gather for a moment, so that writing them seldom competes with the loop."""

    def __init__(self, records: queue.SimpleQueue[Any], handlers: list[logging.Handler]) -> None:
        super().__init__(records, *handlers, respect_handler_level=True)
        self._records = records
        self._closing = threading.Event()

    def dequeue(self, block: bool) -> logging.LogRecord:  # noqa: FBT001  the base's signature
        """Return the next record; the first one after a rest waits for those that follow it."""
        rests = block and self._records.empty()
        record: logging.LogRecord = super().dequeue(block)
        if rests:
            self._closing.wait(GATHER_S)
        return record

    def stop(self) -> None:
        """Write what waits and end the thread."""
        self._closing.set()
        super().stop()


def configure_logging(
    settings: LogSettings, logs_dir: Path, secrets: Iterable[str] = ()
) -> Callable[[], None]:
    """Start the log files below `logs_dir` and return the function that flushes and closes them.

    `secrets` are removed wherever they appear, beside what the patterns of `masking` find.
    Raises OSError when the folder cannot be written. The console gets stderr, `settings.level` up.
    """
    logs_dir.mkdir(parents=True, exist_ok=True)
    formatter = MaskingFormatter(masker(secrets), as_json=settings.as_json)
    handlers: list[logging.Handler] = []
    for stem, logger_name in FILES.items():
        handler: logging.Handler = DayAndSizeHandler(logs_dir / f"{stem}.log", settings)
        handler.setLevel(settings.file_levels[stem])
        handler.addFilter(logging.Filter(logger_name))
        if stem == "daemon":
            handler.addFilter(_no_api_chatter)
        handlers.append(handler)
    if settings.console:
        console = logging.StreamHandler(sys.stderr)
        console.setLevel(settings.level)
        handlers.append(console)
    for handler in handlers:
        handler.setFormatter(formatter)
    return _start(handlers)


def _start(handlers: list[logging.Handler]) -> Callable[[], None]:
    """Connect the root logger to the handlers through a queue; return the way to stop."""
    pending: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    entrance = logging.handlers.QueueHandler(pending)
    listener = GatheringListener(pending, handlers)
    root = logging.getLogger(ROOT_LOGGER)
    previous_level, previous_propagate = root.level, root.propagate
    root.setLevel(logging.DEBUG)
    root.propagate = False
    root.addHandler(entrance)
    listener.start()

    def stop() -> None:
        root.removeHandler(entrance)
        root.setLevel(previous_level)
        root.propagate = previous_propagate
        listener.stop()
        for handler in handlers:
            handler.close()

    return stop


def _no_api_chatter(record: logging.LogRecord) -> bool:
    """Keep the API's everyday records out of daemon.log; api.log has them all."""
    return record.levelno >= logging.WARNING or not record.name.startswith(API_LOGGER)


def _gzip_file(source: str, target: str) -> None:
    """Compress `source` into `target` and remove it."""
    with Path(source).open("rb") as plain, gzip.open(target, "wb") as packed:
        shutil.copyfileobj(plain, packed)
    Path(source).unlink()
