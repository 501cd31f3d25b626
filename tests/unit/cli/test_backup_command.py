"""`risk-manager admin backup`: words, exit codes, and that it leaves a running daemon alone."""

import io
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from risk_manager.cli.main import main
from risk_manager.config.password import PasswordFile
from risk_manager.core.single_instance import hold_folder
from risk_manager.domain.ids import RuleId
from risk_manager.state.persistence import Store
from risk_manager.state.schema import CURRENT_VERSION
from risk_manager.state.writes import PutLock
from risk_manager.utils.clock import MachineClock
from tests.unit.state.store_samples import LOCK

COOLDOWN = replace(
    LOCK,
    key=replace(LOCK.key, rule_id=RuleId("RULE-006")),
    until=LOCK.set_at + timedelta(days=9000),
)


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def write(data, *rows):
    data.mkdir(exist_ok=True)
    store = Store.open(data / "state.db")
    store.commit(rows)
    store.close()


def locks(data):
    store = Store.open(data / "state.db")
    try:
        return store.load().locks
    finally:
        store.close()


PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _password(tmp_path):
    (tmp_path / "config").mkdir()
    PasswordFile(tmp_path / "config", MachineClock().wall).set(PASSWORD)


def admin(data, *words):
    folders = ["--config", str(data.parent / "config"), "--data", str(data)]
    return main(["admin", "backup", *words, *folders])


def restore(data, monkeypatch, *words, given=PASSWORD):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{given}\n"))
    return admin(data, "restore", *words, "--type", "RESTORE", "--password-stdin")


def test_now_list_and_restore_by_name(data, capsys, monkeypatch):
    write(data, PutLock(COOLDOWN))
    assert admin(data, "now") == 0
    (made,) = (data / "backups").iterdir()
    assert str(made) in capsys.readouterr().out
    assert admin(data, "list") == 0
    line = capsys.readouterr().out
    assert made.name in line
    assert "1 locks" in line
    made.rename(data / made.name)
    (data / "state.db").unlink()
    write(data, PutLock(LOCK))
    (data / made.name).rename(made)
    assert restore(data, monkeypatch, made.name) == 0
    assert "Added: RULE-006 on account 1 (account), until 2050-" in capsys.readouterr().out
    assert locks(data) == (LOCK, COOLDOWN)


def test_json(data, capsys, monkeypatch):
    def answer():
        return json.loads(capsys.readouterr().out)

    write(data, PutLock(COOLDOWN))
    assert admin(data, "list", "--json") == 0
    assert answer() == {"ok": True, "backups": []}
    assert admin(data, "now", "--json") == 0
    file = answer()["file"]
    assert admin(data, "list", "--json") == 0
    (row,) = answer()["backups"]
    assert (row["locks"], row["version"], row["problem"]) == (1, CURRENT_VERSION, None)
    assert restore(data, monkeypatch, file, "--json") == 0
    restored = answer()
    assert (restored["ok"], restored["added"], restored["tightened"]) == (True, [], [])


def test_a_bad_backup_is_named_and_not_restored(data, capsys, monkeypatch):
    write(data, PutLock(LOCK))
    (data / "backups").mkdir()
    (data / "backups" / "2026-03-08T000000Z.db").write_bytes(b"no database" * 500)
    assert admin(data, "list") == 0
    assert "UNUSABLE" in capsys.readouterr().out
    assert restore(data, monkeypatch, "2026-03-08T000000Z.db") == 1
    assert "no sound backup" in capsys.readouterr().err
    assert locks(data) == (LOCK,)


def test_a_wrong_password_restores_nothing(data, capsys, monkeypatch):
    write(data, PutLock(COOLDOWN))
    assert admin(data, "now") == 0
    (made,) = (data / "backups").iterdir()
    made.rename(data / made.name)
    (data / "state.db").unlink()
    write(data, PutLock(LOCK))
    (data / made.name).rename(made)
    assert restore(data, monkeypatch, made.name, given="wrong horse battery") == 6
    assert "wrong" in capsys.readouterr().err
    assert locks(data) == (LOCK,)


def test_a_running_daemon_is_left_alone(data, capsys):
    write(data, PutLock(LOCK))
    assert admin(data, "now") == 0
    held = hold_folder(data)
    capsys.readouterr()
    try:
        code = admin(data, "restore", "x.db", "--type", "RESTORE", "--json")
        assert code == 9
        said = capsys.readouterr()
        assert not json.loads(said.out)["ok"]
        assert "stop it first" in said.err
        assert admin(data, "now") == 0
    finally:
        held.release()


@pytest.mark.parametrize("words", [[], ["--type", "restore"], ["--type", "YES"]])
def test_the_typed_word_is_needed(data, words, capsys):
    write(data, PutLock(LOCK))
    assert admin(data, "restore", "x.db", *words) == 2
    assert "--type RESTORE" in capsys.readouterr().err


def test_without_a_database_there_is_nothing_to_back_up(data, capsys):
    assert admin(data, "now") == 1
    assert "no database" in capsys.readouterr().err
    assert admin(data, "restore", "x.db", "--type", "RESTORE") == 1
    assert "no folder" in capsys.readouterr().err
    assert not data.exists()
