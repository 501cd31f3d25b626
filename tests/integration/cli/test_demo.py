"""The demo as a process: real daemon, real sockets, judged by the gateway's book."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest


def demo(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "risk_manager", "demo", *words],
        capture_output=True, text=True, timeout=60, check=False, cwd=folder,
        env=os.environ | {"TMPDIR": str(folder), "TEMP": str(folder)},
    )  # fmt: skip


EVERY_RULE = {f"RULE-{number:03}" for number in range(1, 14)}


@pytest.mark.parametrize("seed", ["2", "3"])
def test_every_rule_fires_and_is_enforced_in_under_thirty_seconds(
    tmp_path: Path, seed: str
) -> None:
    done = demo("--json", "--seconds", "5", "--seed", seed, folder=tmp_path)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    *breaches, summary = lines
    assert {line["rule"] for line in breaches} == EVERY_RULE
    assert all(line["enforced"] for line in breaches)
    assert all(line["lesson"].endswith(".") for line in breaches)
    # What the clock brings about may be a second late: the venue's time comes in whole seconds.
    assert all(line["request_ms"] < 2000 for line in breaches), breaches
    assert summary["failed"] == 0
    assert summary["seconds"] < 30
    assert list(tmp_path.iterdir()) == []  # its temporary folder is gone


def test_the_lines_for_scripts(tmp_path: Path) -> None:
    done = demo("--headless", "--seconds", "5", folder=tmp_path)
    *breaches, summary = done.stdout.splitlines()
    assert all(line.startswith("BREACH RULE-") and " enforced=yes " in line for line in breaches)
    assert {line.split()[1] for line in breaches} == EVERY_RULE
    assert summary.startswith("SUMMARY breaches=14 enforced=14 failed=0 seconds=")


def test_piped_without_headless_it_tells_the_story(tmp_path: Path) -> None:
    done = demo("--seconds", "5", "--seed", "4", folder=tmp_path)
    assert done.returncode == 0
    told = [line for line in done.stdout.splitlines() if line.startswith("RULE-")]
    assert {line.split()[0] for line in told} == EVERY_RULE


@pytest.fixture(autouse=True)
def _hears_a_hangup() -> Iterator[None]:
    """Undo what `nohup` before the test run did to this process and its children."""
    if sys.platform == "win32":
        yield
    else:
        before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        yield
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(os.name == "nt", reason="there is no such signal")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM", "SIGINT"])
def test_a_signal_leaves_no_folder_and_no_daemon(tmp_path: Path, name: str) -> None:
    command = [sys.executable, "-m", "risk_manager", "demo", "--seconds", "30"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path), "TEMP": str(tmp_path)},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        next(line for line in process.stdout if line.startswith("The guard is on."))
        daemons = psutil.Process(process.pid).children(recursive=True)
        assert len(daemons) == 1
        process.send_signal(getattr(signal, name))
        process.communicate(timeout=30)
        assert process.returncode > 0
    assert list(tmp_path.iterdir()) == []
    assert not daemons[0].is_running()
