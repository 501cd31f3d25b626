"""Who may touch the machine: one module reads clocks, and the engine's modules touch nothing.

A module is pure when neither it nor any module of ours that it imports, however far down the chain,
reaches clock, disk, network, threads, logs or chance.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.unit.tidy import PACKAGE, imported_modules, name_of, parse, python_files

CLOCK = PACKAGE / "utils" / "clock.py"

#: Folders whose modules are pure unless named in OUTSIDE.
PURE_FOLDERS = ("domain", "state", "rules", "enforcement", "core")

#: The modules of these folders that may touch the machine, and why.
OUTSIDE = {
    "state/persistence.py": "the database",
    "state/history.py": "the database, read for the screens",
    "state/store_files.py": "the database's files",
    "state/backups.py": "the copies of the database",
    "state/restoring.py": "a backup merged into the database",
    "state/salvage.py": "what a broken database still gives",
    "enforcement/executor.py": "the worker threads",
    "enforcement/work_board.py": "what the worker threads share",
    "core/inbox.py": "the queue between threads",
    "core/daemon.py": "the loop",
    "core/outside.py": "what the loop touches",
    "core/spare_time.py": "what the loop tells",
    "core/store_keeper.py": "commits and the flush behind them",
    "core/commit_thread.py": "the thread that commits",
    "core/flusher.py": "the thread that flushes",
    "core/notice_board.py": "the log",
    "core/single_instance.py": "the lock files",
}

#: Modules below the pure ones that read a file of the package itself, once.
OWN_FILES = {"utils/holidays.py": "the packaged calendar of the exchange"}

#: Modules through which a program touches clock, disk, network, threads, logs or chance.
MACHINE = {
    "aiohttp", "asyncio", "concurrent", "ctypes", "filelock", "ftplib", "getpass", "glob",
    "http", "logging", "msvcrt", "multiprocessing", "os", "platform", "queue",
    "random", "resource", "secrets", "select", "selectors", "shutil", "signal", "smtplib",
    "socket", "socketserver", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading",
    "time", "urllib", "urllib3", "uuid", "webbrowser", "websocket", "winreg",
}  # fmt: skip

#: Ways to a file that need no import of the above (a path as a mere name is fine).
DISK_CALLS = {
    "read_text", "read_bytes", "write_text", "write_bytes", "exists", "is_file", "is_dir",
    "iterdir", "glob", "rglob", "mkdir", "unlink", "touch", "rename", "stat", "resolve",
}  # fmt: skip

#: Calls that read the machine's clock or wait on it, as they are written.
CLOCK_CALLS = {
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter",
    "time.perf_counter_ns", "time.process_time", "time.thread_time", "time.sleep",
    "time.localtime", "time.gmtime", "time.ctime", "time.strftime", "datetime.now",
    "datetime.utcnow", "datetime.today", "datetime.datetime.now", "datetime.datetime.utcnow",
    "datetime.datetime.today", "date.today", "datetime.date.today",
}  # fmt: skip


def in_package(path: Path) -> str:
    """Return the path of a module inside the package, e.g. "core/daemon.py"."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def file_of(module: str) -> Path | None:
    """Return the file of a module of ours, or None for a name that is no module."""
    if module.partition(".")[0] != PACKAGE.name:
        return None
    base = PACKAGE.parent.joinpath(*module.split("."))
    candidates = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


def chain(path: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield a file and every file of ours that importing it loads."""
    seen.add(path)
    yield path
    for module in imported_modules(parse(path)):
        target = file_of(module)
        if target is not None and target not in seen:
            yield from chain(target, seen)


def pure_modules() -> list[Path]:
    """Return the files that must not touch the machine."""
    return [
        path
        for folder in PURE_FOLDERS
        for path in python_files(PACKAGE / folder)
        if in_package(path) not in OUTSIDE
    ]


def clock_reads(tree: ast.Module) -> list[str]:
    """Return what a file takes from the machine's clock, with line numbers."""
    reads = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCK_CALLS
    ]
    return reads + [
        f"line {node.lineno}: from time import ..."
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
    ]


def disk_calls(tree: ast.Module) -> list[str]:
    """Return the calls by which a file reaches the disk, with line numbers."""
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [
        (call, call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", ""))
        for call in calls
    ]
    return [
        f"line {call.lineno}: {name}"
        for call, name in names
        if name in DISK_CALLS or (name == "open" and isinstance(call, ast.Name))
    ]


def machine_imports(tree: ast.Module) -> list[str]:
    """Return the imports by which a file reaches the machine."""
    names = {name for name in imported_modules(tree) if name.partition(".")[0] in MACHINE}
    return sorted(name for name in names if not name.startswith("urllib.parse"))


@cache
def reach(path: Path) -> tuple[str, ...]:
    """Return how a file itself reaches the machine."""
    name, tree = in_package(path), parse(path)
    if name in OUTSIDE:
        return (f"{name}: {OUTSIDE[name]}",)
    disk = [] if name in OWN_FILES else disk_calls(tree)
    return tuple(f"{name}: {what}" for what in (*machine_imports(tree), *disk))


@pytest.mark.parametrize("path", python_files(PACKAGE), ids=name_of)
def test_only_the_clock_module_reads_clocks(path: Path) -> None:
    if path != CLOCK:
        assert clock_reads(parse(path)) == []


@pytest.mark.parametrize("path", pure_modules(), ids=name_of)
def test_pure_module_does_not_reach_the_machine(path: Path) -> None:
    assert [way for loaded in chain(path, set()) for way in reach(loaded)] == []


def test_exceptions_exist() -> None:
    assert [name for name in (*OUTSIDE, *OWN_FILES) if not (PACKAGE / name).exists()] == []


def test_the_scans_find_what_they_look_for() -> None:
    clocked = ast.parse("import time\nfrom time import sleep\ntime.monotonic()\ndatetime.now(UTC)")
    assert len(clock_reads(clocked)) == 3
    assert len(disk_calls(ast.parse("open('a')\nPath('a').read_text()"))) == 2
    assert machine_imports(ast.parse("import os.path\nfrom urllib.parse import quote")) == [
        "os.path"
    ]
    assert PACKAGE / "domain" / "events.py" in set(chain(PACKAGE / "rules" / "base_rule.py", set()))
