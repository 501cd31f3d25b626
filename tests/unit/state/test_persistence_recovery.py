"""A database that is broken, missing or newer is reported; it is never silently empty."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from risk_manager.state.persistence import Store, StoreError
from risk_manager.state.writes import PutLock
from tests.unit.state.store_samples import LOCK, STEP


@pytest.fixture
def path(tmp_path):
    return tmp_path / "guard.db"


def fill(path):
    store = Store.open(path)
    store.commit(STEP)
    store.close()


def spoil_header(path):
    path.write_bytes(b"this was a database once" + path.read_bytes()[24:])


def spoil_middle(path):
    content = bytearray(path.read_bytes())
    content[4096:-1] = b"\xa5" * (len(content) - 4097)
    path.write_bytes(bytes(content))


def spoil_last_page(path):
    content = path.read_bytes()
    path.write_bytes(content[:-4096] + b"\xa5" * 4096)


def cut(path):
    path.write_bytes(path.read_bytes()[:5000])


def empty(path):
    path.write_bytes(b"")


SPOILT = {spoil_header: True, spoil_middle: False, spoil_last_page: True, cut: False, empty: False}
"""Ways to break a file, and whether its lock can still be read."""


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_corrupt_file_is_kept_and_reported_and_its_readable_lock_holds(path, spoil):
    fill(path)
    spoil(path)
    broken = path.read_bytes()
    store = Store.open(path)
    assert store.recovery is not None
    assert store.recovery.backup is None
    assert store.recovery.cause
    assert store.recovery.kept is not None
    assert store.recovery.kept.read_bytes() == broken
    assert store.load().locks == ((LOCK,) if SPOILT[spoil] else ())
    store.commit([PutLock(LOCK)])
    store.close()


def test_the_newest_sound_backup_takes_the_place_of_a_corrupt_file(path):
    fill(path)
    backups = path.parent / "backups"
    backups.mkdir()
    shutil.copy(path, backups / "2026-03-08.db")
    (backups / "2026-03-09.db").write_bytes(b"no database" * 500)
    spoil_header(path)
    store = Store.open(path)
    assert store.recovery is not None
    assert store.recovery.backup == backups / "2026-03-08.db"
    assert store.load().locks == (LOCK,)
    store.close()
    shutil.rmtree(backups)
    spoil_header(path)
    store = Store.open(path)
    assert store.recovery is not None
    assert store.recovery.kept == path.with_name("guard.db.corrupt-2")
    store.close()


def test_a_deleted_database_is_restored_from_its_backup(path):
    fill(path)
    (path.parent / "backups").mkdir()
    path.rename(path.parent / "backups" / "2026-03-08.db")
    store = Store.open(path)
    assert store.recovery is not None
    assert store.recovery.cause == "the database file is missing"
    assert store.load().locks == (LOCK,)
    store.close()


def test_a_row_that_makes_no_sense_is_an_error_and_not_a_missing_lock(path):
    fill(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE locks SET kind = 'until_the_cows_come_home'")
    store = Store.open(path)
    with pytest.raises(StoreError, match="until_the_cows_come_home"):
        store.load()
    store.close()


def test_a_database_of_a_newer_program_is_left_alone(path):
    fill(path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("INSERT INTO schema_version (version) VALUES (99)")
    with pytest.raises(StoreError, match="version 99"):
        Store.open(path)
