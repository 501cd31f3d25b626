"""The database when things break: crash, busy, read-only (S24, S133, S187)."""

import os
import sqlite3
import subprocess
import sys
import threading

import pytest

from risk_manager.state.persistence import BUSY_MS, Store, StoreError
from risk_manager.state.writes import PutMeta
from tests.unit.state.store_samples import INTENT, LOCK, STEP

WRITE_AND_WAIT = """
import sys
from pathlib import Path
from risk_manager.state.persistence import Store
from tests.unit.state.store_samples import STEP
store = Store.open(Path(sys.argv[1]))
store.commit(STEP)
print("committed", flush=True)
sys.stdin.read()
"""

HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def child(script, path):
    """Start a script and wait for its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().strip() in {"committed", "held"}
    return process


def end(process):
    process.kill()
    process.communicate()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "guard.db"


def fill(path):
    store = Store.open(path)
    store.commit(STEP)
    store.close()


def test_a_commit_survives_a_killed_process(path):
    end(child(WRITE_AND_WAIT, path))
    store = Store.open(path)
    assert store.recovery is None
    assert store.load().locks == (LOCK,)
    assert store.load().intents == (INTENT,)
    store.close()


def test_a_commit_does_not_wait_long_for_another_process(path):
    store = Store.open(path)
    other = child(HOLD_THE_LOCK, path)
    with pytest.raises(StoreError, match="locked"):
        store.commit(STEP)
    end(other)
    store.commit(STEP)
    assert store.load().locks == (LOCK,)
    store.close()
    assert BUSY_MS == 50


def test_flushing_works_from_another_thread_and_moves_a_grown_log(path):
    store = Store.open(path)
    store.commit([PutMeta(str(number), "x" * 4000) for number in range(1500)])
    before = path.stat().st_size
    failures: list[StoreError] = []

    def flush() -> None:
        try:
            store.flush()
        except StoreError as error:
            failures.append(error)

    thread = threading.Thread(target=flush)
    thread.start()
    thread.join()
    assert not failures
    assert path.stat().st_size > before
    store.close()
    with pytest.raises(StoreError, match="flush"):
        store.flush()


def test_a_read_only_database_is_reported(path):
    fill(path)
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        if os.access(path.parent, os.W_OK):
            pytest.skip("permissions do not bind this user (root, Windows)")
        with pytest.raises(StoreError):
            Store.open(path).commit(STEP)
    finally:
        path.parent.chmod(0o755)
        path.chmod(0o644)


def test_a_connection_that_may_not_write_is_reported(path):
    fill(path)
    reader = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    store = Store(path, reader, None)
    with pytest.raises(StoreError, match="readonly"):
        store.commit(STEP)
    assert store.load().locks == (LOCK,)
    store.close()


def test_a_folder_that_is_not_there_is_reported(tmp_path):
    with pytest.raises(StoreError, match="cannot open"):
        Store.open(tmp_path / "nowhere" / "guard.db")
