"""Each page as a command of its own process: text, JSON, exit codes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.live_stage import Daemon

PAGES = {
    "pnl": ("The last ten results", {"start_balance", "realized_pnl", "curve", "trades"}),
    "positions": ("Working orders", {"positions", "orders"}),
    "rules": ("9 rules", {"rules", "windows", "headroom"}),
    "connections": ("heartbeat", set()),
    "market-hours": ("next reset", {"session", "next_reset_at"}),
    "why": ("Why the guard acted last", {"explanation", "locks", "enforcements"}),
    "lockouts": ("Locks in force", {"locks"}),
    "enforcement": ("This trading day", {"enforcements", "totals"}),
    "headroom": ("MNQ    at most 1", {"headroom", "clocks"}),
}


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path)
    daemon.publish("busy")
    yield daemon
    daemon.stop()


def trader(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "risk_manager", "trader", *words]
    return subprocess.run(
        [*command, "--data", str(folder / "data")], capture_output=True, text=True,
        encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_printed_once_and_told_as_json(daemon: Daemon, name: str) -> None:
    title, members = PAGES[name]
    folder = daemon.run.parent
    shown = trader(folder, name)
    assert shown.stderr == ""
    assert title in shown.stdout
    told = trader(folder, name, "--json")
    answer = json.loads(told.stdout)
    (account,) = answer["accounts"]
    assert (answer["schema"], answer["status"], account["id"]) == (1, "MONITORED", 123)
    assert account.keys() >= members
    codes = {0} if name != "headroom" else {3, 4, 0}
    assert {shown.returncode, told.returncode} <= codes
    assert trader(folder, name, "--quiet").stdout == ""


def test_connections_and_hours_tell_of_the_run_itself(daemon: Daemon) -> None:
    folder = daemon.run.parent
    links = json.loads(trader(folder, "connections", "--json").stdout)
    assert links["links"]["user"]["up_s"] == 21479
    hours = json.loads(trader(folder, "market-hours", "--json").stdout)
    assert hours["market"]["open"] is True
    assert len(hours["calendar"]["days"]) == 2


def test_why_explains_in_sentences(daemon: Daemon) -> None:
    answer = json.loads(trader(daemon.run.parent, "why", "--json").stdout)
    sentences = answer["accounts"][0]["explanation"]
    assert sentences[0].startswith("RULE-002 (per instrument): ")
    assert "Result: DONE, the broker's own list shows the effect." in sentences


@pytest.mark.parametrize("name", [*PAGES, "clock-in", "clock-out"])
def test_without_a_daemon_every_command_ends_with_5(tmp_path: Path, name: str) -> None:
    done = trader(tmp_path, name)
    assert done.returncode == 5
    assert "no daemon has announced itself" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [["enforcement", "--tail", "0"], ["enforcement", "--level", "loud"], ["status", "--check", "x"],
     ["status", "--json", "--live"], ["unlock"]],
)  # fmt: skip
def test_a_wrong_word_ends_with_2(daemon: Daemon, words: list[str]) -> None:
    done = trader(daemon.run.parent, *words)
    assert done.returncode == 2
    assert done.stdout == ""


def test_the_help_names_every_command_and_the_venues_lockout() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "risk_manager", "trader", "--help"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert all(name in done.stdout for name in [*PAGES, "clock-in", "clock-out", "notify"])
    assert "personal lockout" in " ".join(done.stdout.split())
