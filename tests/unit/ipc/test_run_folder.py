"""The run folder: whole files, their rights, what a stale or foreign file means."""

import os
from pathlib import Path

import pytest

from risk_manager.ipc.run_folder import (
    EndpointInfo,
    announce,
    new_tokens,
    read_endpoint,
    read_token,
    withdraw,
)

INFO = EndpointInfo(port=4711, pid=12, started_at="2026-03-09T14:00:00.000Z", version="1.2.3")


def test_announce_writes_exactly_three_files_and_withdraw_removes_them(tmp_path: Path) -> None:
    run, tokens = tmp_path / "run", new_tokens()
    announce(run, INFO, tokens)
    assert sorted(path.name for path in run.iterdir()) == [
        "admin.token", "endpoint.json", "read.token",
    ]  # fmt: skip
    assert read_endpoint(run) == INFO
    assert read_token(run) == tokens.read
    withdraw(run, INFO)
    assert list(run.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_owner_reads_the_admin_token(tmp_path: Path) -> None:
    announce(tmp_path, INFO, new_tokens())
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"admin.token": 0o600, "read.token": 0o644, "endpoint.json": 0o644}


def test_tokens_differ_from_each_other_and_from_run_to_run() -> None:
    first, second = new_tokens(), new_tokens()
    assert len({first.read, first.admin, second.read, second.admin}) == 4
    assert min(len(first.read), len(first.admin)) >= 43


def test_withdraw_leaves_the_files_of_another_daemon(tmp_path: Path) -> None:
    announce(tmp_path, INFO, new_tokens())
    later = EndpointInfo(INFO.port, INFO.pid, "2026-03-09T15:00:00.000Z", INFO.version)
    withdraw(tmp_path, later)
    assert read_endpoint(tmp_path) == INFO


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"port": "x"}', '{"port": 1, "pid": 2}', "\xff\xfe"]
)
def test_a_damaged_endpoint_file_means_no_daemon(tmp_path: Path, text: str) -> None:
    (tmp_path / "endpoint.json").write_text(text, encoding="latin-1")
    assert read_endpoint(tmp_path) is None


def test_missing_files_mean_no_daemon(tmp_path: Path) -> None:
    assert read_endpoint(tmp_path / "nowhere") is None
    assert read_token(tmp_path / "nowhere") is None
