"""The database at its edges: facts that are forgotten, a file another process holds."""

import sqlite3

import pytest

from risk_manager.domain.ids import RuleId
from risk_manager.state import store_files
from risk_manager.state.persistence import Store, StoreError
from risk_manager.state.writes import PutMemory
from tests.support.make import ACCOUNT, NOW

RULE = RuleId("RULE-005")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "guard.db"


def test_what_a_rule_forgets_is_not_there_after_a_restart(path):
    store = Store.open(path)
    store.commit([PutMemory(ACCOUNT, RULE, "armed", "MNQ"), PutMemory(ACCOUNT, RULE, "other", "x")])
    store.commit([PutMemory(ACCOUNT, RULE, "armed", None)])
    store.close()
    kept = Store.open(path)
    assert dict(kept.load().memory) == {(ACCOUNT, RULE, "other"): "x"}
    kept.close()


def test_a_table_that_is_missing_stops_the_pruning_with_a_cause(path):
    store = Store.open(path)
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE trades")
    other.close()
    with pytest.raises(StoreError, match=r"cannot prune .*guard\.db: no such table"):
        store.prune(NOW)
    store.close()


def test_a_file_that_another_process_holds_is_not_taken_for_a_broken_one(path, monkeypatch):
    Store.open(path).close()
    monkeypatch.setattr(store_files, "_OPEN_WAIT_S", 0.01)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="locked"):
        Store.open(path)
    holder.close()
    assert [found.name for found in path.parent.iterdir() if "corrupt" in found.name] == []
    Store.open(path).close()
