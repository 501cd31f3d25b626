"""Backups: whole while the database is in use, one for each of seven days, never a bad one."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from risk_manager.bootstrap.maintenance import Maintenance
from risk_manager.state.backups import BackupError, backups_of, is_due, make_backup
from risk_manager.state.persistence import Store
from risk_manager.state.writes import PutLock, PutMeta
from tests.unit.state.store_samples import LOCK, NOW, STEP

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "state.db")
    opened.commit(STEP)
    yield opened
    opened.close()


def test_a_backup_holds_what_was_committed_and_is_one_file(store):
    made = make_backup(store.path, NOW)
    assert made.name == "2026-03-09T210000Z.db"
    assert [path.name for path in made.parent.iterdir()] == [made.name]
    copy = Store.open(made)
    assert copy.load().locks == (LOCK,)
    copy.close()


def test_a_backup_does_not_hold_up_a_commit_and_a_reader_does_not_hold_up_a_backup(store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM locks").fetchone()
        make_backup(store.path, NOW)
        store.commit([PutLock(LOCK)])


def test_a_backup_is_made_while_another_process_holds_the_write_lock(store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        made = make_backup(store.path, NOW)
    assert made.exists()


def test_one_backup_for_each_of_the_newest_seven_days_and_other_files_stay(store):
    (store.path.parent / "backups").mkdir()
    own = store.path.parent / "backups" / "before-the-update.db"
    own.write_bytes(b"the user's own")
    for hours in range(0, 10 * 24, 8):
        made = make_backup(store.path, NOW + timedelta(hours=hours))
    names = [path.name for path in backups_of(store.path) if path != own]
    assert names[0] == made.name
    assert len({name[:10] for name in names}) == len(names) == 7
    assert all(name[11:13] in ("21", "13") for name in names), "the newest of its day"
    assert own.exists()


def test_what_a_killed_backup_left_goes_the_next_day(store):
    backups = make_backup(store.path, NOW).parent
    left = [backups / f"2026-03-09T120000Z.partial{end}" for end in ("", "-journal")]
    for path in left:
        path.write_bytes(b"half a backup")
    make_backup(store.path, NOW)
    assert all(path.exists() for path in left)
    make_backup(store.path, NOW + DAY)
    assert not any(path.exists() for path in left)
    assert len(backups_of(store.path)) == 2


def test_a_backup_is_due_once_a_day(store):
    assert is_due(store.path, NOW)
    make_backup(store.path, NOW)
    assert not is_due(store.path, NOW + timedelta(hours=2))
    assert is_due(store.path, NOW + timedelta(hours=3))


def test_a_damaged_database_makes_no_backup_and_no_good_one_goes(store):
    store.commit([PutMeta(str(number), "x" * 3000) for number in range(50)])
    store.close()
    good = [make_backup(store.path, NOW - number * DAY) for number in range(7)]
    content = store.path.read_bytes()
    store.path.write_bytes(content[:-8192] + b"\xa5" * 8192)
    with pytest.raises(BackupError, match="damaged"):
        make_backup(store.path, NOW + DAY)
    assert sorted(backups_of(store.path)) == sorted(good)
    assert [p for p in good[0].parent.iterdir() if p.suffix != ".db"] == []


def test_without_a_database_nothing_is_created(tmp_path):
    with pytest.raises(BackupError, match="no database"):
        make_backup(tmp_path / "state.db", NOW)
    assert list(tmp_path.iterdir()) == []


def test_maintenance_backs_up_once_a_day_and_says_when_it_cannot(store):
    said: list[str | None] = []
    today = [NOW]
    maintenance = Maintenance(store, lambda: today[0], said.append)
    maintenance.work()
    maintenance.work()
    assert len(backups_of(store.path)) == 1
    backups = store.path.parent / "backups"
    backups.rename(backups.with_name("elsewhere"))
    backups.write_text("a file where the folder was")
    maintenance.work()
    backups.unlink()
    maintenance.work()
    at_first, failed, at_last = said
    assert (at_first, at_last) == (None, None)
    assert "backup" in (failed or "")
    assert len(backups_of(store.path)) == 1
