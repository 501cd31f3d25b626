"""The ledger goes on where it stopped, says what it found, and never breaks its chain."""

import json

import pytest

from risk_manager.ledger.alone import append_alone
from risk_manager.ledger.chain import Entry, LedgerError
from risk_manager.ledger.files import LedgerFiles
from risk_manager.ledger.folder import HEAD, read_head
from risk_manager.ledger.kinds import wrong_password
from risk_manager.ledger.verify import verify
from tests.unit.ledger.shelf import NOW, entries, found, ledger_files, written


def opened(folder, **sizes):
    files = LedgerFiles(folder, **sizes)
    return files, files.open()


def go_on(folder, number=3, **sizes):
    """Open again, write what was found and some entries; returns what was found."""
    files, problems = opened(folder, **sizes)
    gaps = [Entry(NOW, "gap", problem) for problem in problems]
    files.append([*gaps, *entries(number)])
    files.close()
    return problems


def lines(path):
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_the_first_line_of_each_file_says_the_format(tmp_path):
    folder = written(tmp_path / "ledger")
    firsts = [lines(path)[0] for path in ledger_files(folder)]
    assert [line["kind"] for line in firsts] == ["file"] * len(firsts)
    assert [line["data"] for line in firsts] == [
        {"file": number, "format": 1} for number in range(1, len(firsts) + 1)
    ]


def test_the_chain_goes_on_over_files_and_runs(tmp_path):
    folder = written(tmp_path / "ledger")
    assert go_on(folder, max_bytes=1200) == []
    assert go_on(folder) == []
    assert found(folder) == []
    assert verify(folder).last == read_head(folder)


def test_an_unfinished_line_is_cut_off_and_told(tmp_path):
    folder = written(tmp_path / "ledger", 3, max_bytes=10**6)
    (path,) = ledger_files(folder)
    whole = path.read_bytes()
    path.write_bytes(whole + whole.splitlines()[-1][:50])
    assert found(folder) == [(path.name, 5, 5)]
    (problem,) = go_on(folder)
    assert (problem["cause"], problem["bytes"], problem["file"]) == ("torn line", 50, path.name)
    assert found(folder) == []
    assert lines(path)[4]["data"] == problem


def test_a_file_whose_first_line_is_unfinished_is_begun_anew(tmp_path):
    folder = written(tmp_path / "ledger", 3, max_bytes=10**6)
    (folder / "ledger-000002.jsonl").write_bytes(b'{"at":"2026')
    (problem,) = go_on(folder, max_bytes=1)
    assert problem["cause"] == "torn line"
    assert found(folder) == []


@pytest.mark.parametrize("spoil", [lambda line: line.replace(b"-2.00", b"-1.00"), lambda _: b"?"])
def test_a_damaged_end_stays_as_it_is_and_a_new_file_follows(tmp_path, spoil):
    folder = written(tmp_path / "ledger", 3, max_bytes=10**6)
    (path,) = ledger_files(folder)
    first, *others, last = path.read_bytes().splitlines()
    damaged = b"\n".join([first, *others, spoil(last), b""])
    path.write_bytes(damaged)
    (problem,) = go_on(folder)
    assert problem["cause"] == "damaged line"
    assert path.read_bytes() == damaged
    assert found(folder) == [(path.name, 4, 4)]


def test_lines_missing_at_the_end_are_told_and_stay_visible(tmp_path):
    folder = written(tmp_path / "ledger", 3, max_bytes=10**6)
    (path,) = ledger_files(folder)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    (problem,) = go_on(folder)
    assert problem == {"cause": "missing lines", "from_seq": 4, "to_seq": 4}
    assert found(folder) == [("ledger-000002.jsonl", 1, 5)]


def test_a_removed_ledger_does_not_begin_at_one_again(tmp_path):
    folder = written(tmp_path / "ledger", 3)
    for path in ledger_files(folder):
        path.unlink()
    (problem,) = go_on(folder)
    assert problem["cause"] == "missing lines"
    assert found(folder)


def test_a_missing_head_is_told_and_written_again(tmp_path):
    folder = written(tmp_path / "ledger", 3)
    (folder / HEAD).unlink()
    assert found(folder)
    assert go_on(folder) == [{"cause": "missing head"}]
    assert found(folder) == []


def test_the_oldest_files_go_with_a_line_that_says_so(tmp_path):
    folder = written(tmp_path / "ledger", 60, max_bytes=1200, keep=3)
    kept = ledger_files(folder)
    assert len(kept) == 3
    assert found(folder) == []
    assert verify(folder).first > 1
    kept[0].unlink()
    assert found(folder)


def test_only_one_process_writes(tmp_path):
    folder = tmp_path / "ledger"
    files, _ = opened(folder)
    with pytest.raises(LedgerError, match="another process writes"):
        opened(folder)
    files.close()
    again, _ = opened(folder)
    again.close()


def test_another_process_writes_while_the_daemon_is_away(tmp_path):
    folder = written(tmp_path / "ledger", 3)
    with ledger_files(folder)[-1].open("ab") as file:
        file.write(b"torn")
    assert append_alone(folder, wrong_password(NOW, 1, 0))
    last = lines(ledger_files(folder)[-1])
    assert [line["kind"] for line in last[-2:]] == ["gap", "password"]
    assert found(folder) == []
    files, _ = opened(folder)
    assert not append_alone(folder, wrong_password(NOW, 2, 0))
    files.close()


def test_a_write_that_fails_leaves_no_half_line(tmp_path, monkeypatch):
    folder = written(tmp_path / "ledger", 3, max_bytes=10**6)
    (path,) = ledger_files(folder)
    before = path.read_bytes()
    files, _ = opened(folder)

    def full(file, content):
        file.write(content[:40])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("risk_manager.ledger.files.write_synced", full)
        with pytest.raises(OSError, match="No space"):
            files.append(entries(2))
        assert path.read_bytes() == before
    files.append(entries(2))
    files.close()
    assert found(folder) == []


def test_what_cannot_be_text_is_refused_as_a_whole(tmp_path):
    files, _ = opened(tmp_path / "ledger")
    with pytest.raises(ValueError, match="JSON"):
        files.append([*entries(1), Entry(NOW, "gap", {"seconds": float("nan")})])
    assert ledger_files(tmp_path / "ledger") == []
    files.close()
