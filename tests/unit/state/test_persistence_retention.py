"""Retention beside a busy writer: no write lock of it lasts 20 ms."""

import sqlite3
import threading
import time
from contextlib import closing
from datetime import timedelta

import pytest

from risk_manager.state.persistence import Store
from risk_manager.state.row_text import instant_text
from tests.unit.state.store_samples import NOW, STEP

OLD_ROWS = 3_000
KEPT_ROWS = 100_000


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "state.db")
    old = instant_text(NOW - timedelta(days=91))
    insert = """INSERT INTO enforcement_log (key, at, account_id, rule_id, reason, action, outcome)
        VALUES (?, ?, 1, 'RULE-001', 'reason', 'CLOSE_POSITION', 'DONE')"""
    with closing(sqlite3.connect(opened.path)) as other, other:
        rows = [(f"k{n}", old if n < OLD_ROWS else instant_text(NOW)) for n in range(KEPT_ROWS)]
        other.executemany(insert, rows)
    opened.commit(STEP)
    yield opened
    opened.close()


def test_a_commit_never_waits_20_ms_for_retention(store):
    """How long BEGIN IMMEDIATE waits is how long the lock was held, within a step of 1 ms."""
    waits: list[float] = []
    done = threading.Event()

    def ask() -> None:
        with closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as own:
            while not done.is_set():
                waits.append(_wait_for_lock(own))
                done.wait(0.002)

    asking = threading.Thread(target=ask)
    asking.start()
    gone = store.prune(NOW)
    done.set()
    asking.join()
    assert gone == OLD_ROWS
    assert sorted(waits)[-3] < 0.02, "but for two moments in which this machine did something else"
    assert len(waits) > 100


def _wait_for_lock(connection) -> float:
    begun = time.perf_counter()
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            threading.Event().wait(0.0005)
        else:
            connection.execute("ROLLBACK")
            return time.perf_counter() - begun
