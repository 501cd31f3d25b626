"""logging.yaml: what the files and the console hold."""

import contextlib
import io
import logging
import re
from pathlib import Path

from risk_manager.utils.logging import FILES, configure_logging
from tests.unit.config_keys.called import WIRED, folders, slowness
from tests.unit.config_keys.row import Row, load
from tests.unit.config_keys.walk import ACCOUNTS, LOGGING

LEVELS = (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def written(folder: Path) -> tuple[str, dict[str, str]]:
    """What one line of each level in each log leaves on the console and in each file."""
    logs, console = folder / "logs", io.StringIO()
    with contextlib.redirect_stderr(console):
        finish = configure_logging(load(folder).logging.settings(), logs)
        for name in sorted(set(FILES.values())):
            for level in LEVELS:
                logging.getLogger(name).log(level, "line")
        finish()
    files = {path.name: _undated(path.read_text("utf-8")) for path in logs.glob("*.log")}
    return _undated(console.getvalue()), files


def _undated(text: str) -> str:
    return INSTANT.sub("", text)


def kept(folder: Path) -> object:
    """The files beside a log of one and a half megabytes and its predecessor, after a line."""
    logs = folder / "logs"
    logs.mkdir()
    (logs / "daemon.log").write_bytes(b"." * (1536 * 1024))
    for name in ("daemon.log.1", "daemon.log.1.gz"):
        (logs / name).write_bytes(b"")
    written(folder)
    return sorted(path.name for path in logs.glob("daemon.log*"))


def row(key, values, see=written, **content):
    """A row of logging.yaml."""
    return Row(LOGGING, key, values, see, {LOGGING: content})


def daemon_row(key, values, see):
    """A row that is seen in the whole daemon."""
    return Row(LOGGING, key, values, see, {ACCOUNTS: WIRED})


SMALL = {"max_mb": 1, "backup_count": 5}

ROWS = [
    daemon_row("log_dir", (None, "elsewhere"), folders),
    row("log_level", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    row("enable_console", (True, False)),
    row("enable_json", (False, True)),
    row("rotation.max_mb", (1, 2), kept, rotation=SMALL),
    row("rotation.backup_count", (1, 2), kept, rotation=SMALL),
    row("rotation.compress", (True, False), kept, rotation=SMALL),
    *[row(f"log_files.{name}", ("DEBUG", "WARNING", "ERROR")) for name in FILES],
    daemon_row("performance.enabled", (True, False), slowness),
    daemon_row("performance.threshold_ms", (100, 5000), slowness),
]
