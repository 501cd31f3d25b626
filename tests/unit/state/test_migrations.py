"""Databases of older versions: the SQL in `tests/fixtures/store` is what those programs ran."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from risk_manager.domain.counts import FillMarks
from risk_manager.domain.ids import AccountId, RuleId
from risk_manager.domain.locks import LockKey
from risk_manager.state.backups import make_backup
from risk_manager.state.persistence import Store, StoreError
from risk_manager.state.restoring import restore
from risk_manager.state.schema import CURRENT_VERSION, MIGRATIONS
from tests.unit.state.store_samples import CON, INTENT, LOCK, NOW, TRADE

FIXTURES = Path(__file__).parents[2] / "fixtures" / "store"
SESSION = replace(
    LOCK, key=LockKey(AccountId(1), "MNQ", RuleId("RULE-009")), until=None, ceilings={CON: -2}
)
VERSIONS = range(1, CURRENT_VERSION)


def old_file(path, version):
    """A database as a program of this version left it, killed: its log is not yet moved in."""
    script = (FIXTURES / f"v{version}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA journal_mode=WAL")
        old.executescript(script)
    return path


def tables(path):
    """Name, columns and indexes of every table."""
    with closing(sqlite3.connect(path)) as reader:
        names = [row[0] for row in reader.execute("SELECT name FROM sqlite_master ORDER BY name")]
        return {name: reader.execute(f"PRAGMA table_info({name})").fetchall() for name in names}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_database_is_brought_forward_with_all_it_held(tmp_path, version):
    path = old_file(tmp_path / "state.db", version)
    store = Store.open(path)
    assert store.recovery is None
    state = store.load()
    store.close()
    assert state.locks == (LOCK, SESSION)
    assert state.trades == {1: (TRADE,)}
    assert state.intents == (INTENT,)
    assert dict(state.meta) == {"trusted_instant": "2026-03-09T21:00:00.000Z"}
    assert (
        len(state.contracts)
        == len(state.dead_positions)
        == len(state.enforcement[AccountId(1)])
        == 1
    )
    assert dict(state.memory) == ({} if version < 2 else {(1, "RULE-008", "grace"): "kept"})
    assert dict(state.marks) == ({} if version < 3 else {(1, TRADE.id): FillMarks()})
    Store.open(tmp_path / "fresh.db").close()
    assert tables(path) == tables(tmp_path / "fresh.db")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_migration_that_was_killed_begins_again(tmp_path, version):
    path = old_file(tmp_path / "state.db", version)
    with closing(sqlite3.connect(path, isolation_level=None)) as killed:
        killed.execute("BEGIN IMMEDIATE")
        killed.execute(MIGRATIONS[version][0])
    store = Store.open(path)
    assert store.load().locks == (LOCK, SESSION)
    store.close()


@pytest.mark.parametrize("version", VERSIONS)
def test_a_backup_of_an_older_version_can_be_brought_back(tmp_path, version):
    old_file(tmp_path / "old.db", version)
    backup = make_backup(tmp_path / "old.db", NOW)
    (tmp_path / "data").mkdir()
    done = restore(tmp_path / "data" / "state.db", backup)
    assert done.added == (LOCK, SESSION)


def test_a_newer_database_is_refused_and_says_what_to_do(tmp_path):
    path = tmp_path / "state.db"
    Store.open(path).close()
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("INSERT INTO schema_version VALUES (?)", (CURRENT_VERSION + 1,))
    before = path.read_bytes()
    with pytest.raises(StoreError, match=f"version {CURRENT_VERSION + 1}.*install the newer"):
        Store.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", VERSIONS)
def test_no_migration_changes_once_a_program_ran_it(version):
    ran = (FIXTURES / f"v{version}.sql").read_text(encoding="utf-8")
    words = " ".join(ran.split())
    for statement in MIGRATIONS[version - 1]:
        assert " ".join(statement.split()) in words
