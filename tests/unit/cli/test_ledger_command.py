"""`risk-manager admin ledger verify`: what it says and how it ends."""

import json
from types import SimpleNamespace

import pytest

from risk_manager.cli.admin import ledger_command
from risk_manager.cli.main import main
from risk_manager.ledger.verify import verify
from tests.unit.ledger.shelf import ledger_files, written


@pytest.fixture
def data(tmp_path):
    written(tmp_path / "data" / "ledger")
    return tmp_path / "data"


@pytest.fixture
def run(data, capsys):
    """Run the command on the folder; its exit code and what it printed."""

    def command(*words):
        code = main(["admin", "ledger", "verify", "--data", str(data), *words])
        return SimpleNamespace(code=code, out=capsys.readouterr().out)

    return command


def spoil(data):
    path = ledger_files(data / "ledger")[0]
    path.write_bytes(path.read_bytes().replace(b"breach", b"BREACH", 1))
    return path


def test_a_whole_ledger(run, data):
    done = run()
    last = verify(data / "ledger").last
    assert done.code == 0
    assert done.out.splitlines()[-1] == f"last: {last.seq}:{last.hash}"
    assert json.loads(run("--json").out)["ok"] is True


def test_a_changed_line_is_named(run, data):
    path = spoil(data)
    done = run()
    assert done.code == 1
    expected = f"{path.name}, line 2, sequence 2: its content does not fit its hash"
    assert done.out.splitlines()[0] == expected
    report = json.loads(run("--json").out)
    assert report["findings"][0] == {
        "file": path.name, "line": 2, "seq": 2, "problem": "its content does not fit its hash",
    }  # fmt: skip


def test_a_line_noted_earlier_must_be_there(run, data):
    last = verify(data / "ledger").last
    assert run("--expect", f"{last.seq}:{last.hash}").code == 0
    assert run("--expect", f"{last.seq}:{'0' * 64}").code == 1
    assert run("--expect", f"{last.seq + 1}:{last.hash}").code == 1


def test_a_line_that_was_noted_wrongly_is_a_mistake_of_use(run):
    assert run("--expect", "12:abc").code == 2


def test_a_line_that_is_being_written_is_looked_at_again(run, data, monkeypatch):
    path = ledger_files(data / "ledger")[-1]
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    monkeypatch.setattr(ledger_command, "sleep", lambda _seconds: path.write_bytes(whole))
    assert run().code == 0


def test_without_a_ledger_it_says_so(tmp_path, capsys):
    assert main(["admin", "ledger", "verify", "--data", str(tmp_path / "none")]) == 1
    assert "no ledger yet" in capsys.readouterr().err
