"""Who may touch the machine: one module reads clocks, and the engine's modules touch nothing.

A pure module imports no module that reaches the machine and no module of ours that does; since
that holds for each, nothing can reach the machine through a chain of imports.
"""

import ast
from pathlib import Path

import pytest

from tests.unit.tidy import PACKAGE, imported_modules, name_of, parse, python_files

CLOCK = PACKAGE / "utils" / "clock.py"

#: Folders whose modules are pure unless named in OUTSIDE.
PURE_FOLDERS = ("domain", "utils", "config", "state", "rules", "enforcement", "core")

#: The modules of these folders that may touch the machine, and why.
OUTSIDE = {
    "utils/clock.py": "the only reader of the machine's clocks",
    "utils/logging.py": "writes the log files",
    "config/yaml_text.py": "reads the configuration files",
    "config/secrets.py": "reads the API key from the environment or its file",
    "state/persistence.py": "the database",
    "enforcement/actions.py": "the verbs over the broker port",
    "enforcement/executor.py": "the worker threads",
    "core/inbox.py": "the queue between threads",
    "core/daemon.py": "the loop",
}

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
    "open", "read_text", "read_bytes", "write_text", "write_bytes", "exists", "is_file", "is_dir",
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
    return [f"line {call.lineno}: {name}" for call, name in names if name in DISK_CALLS]


def machine_imports(tree: ast.Module) -> set[str]:
    """Return the imports by which a file reaches the machine."""
    outside = {"risk_manager." + name.removesuffix(".py").replace("/", ".") for name in OUTSIDE}
    return {
        name
        for name in imported_modules(tree)
        if name.partition(".")[0] in MACHINE or name in outside
    }


@pytest.mark.parametrize("path", python_files(PACKAGE), ids=name_of)
def test_only_the_clock_module_reads_clocks(path: Path) -> None:
    if path != CLOCK:
        assert clock_reads(parse(path)) == []


@pytest.mark.parametrize("path", pure_modules(), ids=name_of)
def test_pure_module_does_not_reach_the_machine(path: Path) -> None:
    tree = parse(path)
    assert machine_imports(tree) == set()
    assert disk_calls(tree) == []


def test_exceptions_exist() -> None:
    assert [name for name in OUTSIDE if not (PACKAGE / name).exists()] == []


def test_the_scans_find_what_they_look_for() -> None:
    clocked = ast.parse("import time\nfrom time import sleep\ntime.monotonic()\ndatetime.now(UTC)")
    assert len(clock_reads(clocked)) == 3
    assert len(disk_calls(ast.parse("open('a')\nPath('a').read_text()"))) == 2
    machine = "import os.path\nfrom risk_manager.core import inbox\nfrom risk_manager import rules"
    assert machine_imports(ast.parse(machine)) == {"os.path", "risk_manager.core.inbox"}
