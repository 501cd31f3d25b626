"""The demo as a process: real daemon, real sockets, judged by the gateway's book."""

import json
import os
import subprocess
import sys
from pathlib import Path


def demo(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "risk_manager", "demo", *words],
        capture_output=True, text=True, timeout=60, check=False, cwd=folder,
        env=os.environ | {"TMPDIR": str(folder), "TEMP": str(folder)},
    )  # fmt: skip


def test_every_breach_is_enforced_in_under_thirty_seconds(tmp_path: Path) -> None:
    done = demo("--json", "--seconds", "5", "--seed", "2", folder=tmp_path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    *breaches, summary = lines
    assert {line["rule"] for line in breaches} == {"RULE-001", "RULE-002", "RULE-003", "RULE-009"}
    assert all(line["enforced"] for line in breaches)
    assert all(line["request_ms"] < 1000 for line in breaches), breaches
    assert summary["failed"] == 0
    assert summary["seconds"] < 30
    assert list(tmp_path.iterdir()) == []  # its temporary folder is gone


def test_the_lines_for_scripts(tmp_path: Path) -> None:
    done = demo("--headless", "--seconds", "5", folder=tmp_path)
    *breaches, summary = done.stdout.splitlines()
    assert len(breaches) == 7
    assert all(line.startswith("BREACH RULE-") and " enforced=yes " in line for line in breaches)
    assert summary.startswith("SUMMARY breaches=7 enforced=7 failed=0 seconds=")
